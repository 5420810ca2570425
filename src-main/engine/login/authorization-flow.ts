import type { ServerName } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { fail, ok, type Result } from '../model/result.ts';
import type { Secret } from '../model/secret.ts';
import { type ServerConfig, signsInByItself } from '../model/server-config.ts';
import type { AuthorizationServer, ClientRegistration, Login } from '../model/token-set.ts';
import { buildAuthorizationRequest } from '../oauth/authorization-request.ts';
import { judgeAuthorizationResponse } from '../oauth/authorization-response.ts';
import { discoverAuthorizationServer, fallbackAuthorizationServer } from '../oauth/authorization-server-metadata.ts';
import { namedBy } from '../oauth/named-by.ts';
import { checkPkce } from '../oauth/pkce.ts';
import { canonicalResource, discoverProtectedResource } from '../oauth/protected-resource-metadata.ts';
import { chooseScope } from '../oauth/scope.ts';
import { exchangeCode } from '../oauth/token-request.ts';
import type { Http, Logger } from '../ports.ts';
import { judgeRefreshFailure } from '../tokens/refresh-policy.ts';
import type { Ticket } from '../tokens/token-store.ts';
import { checkPage } from './check-page.ts';
import { chooseClient, type GrantRequest } from './choose-client.ts';
import { loginFrom, type NewLogin } from './complete-flow.ts';
import { authorizeDevice, type PreparedDevice } from './device-flow.ts';
import type { FlowDeps, FlowInput, PageFlowDeps } from './flow-input.ts';

/** Everything that the callback will be judged by, recorded before the person leaves for the sign-in page. */
export interface PreparedFlow {
  readonly authorizationServer: AuthorizationServer;
  readonly client: ClientRegistration;
  readonly resource: string;
  readonly redirectUri: string;
  readonly scope?: string;
  readonly url: string;
  readonly state: Secret;
  readonly verifier: Secret;
}

/** One way to sign in: at a page that comes back to us, or with a code on another device. */
export type Prepared = { readonly page: PreparedFlow } | { readonly device: PreparedDevice };

/** Finds out where and as whom to sign in. Nothing of an older login is changed by it. */
export async function prepareFlow(input: FlowInput, deps: PageFlowDeps): Promise<Result<Prepared>> {
  const { config } = input;
  const found = await discover(input, deps);
  if (!found.ok) return found;
  const { authorizationServer, resource, resourceScopes } = found.value;

  tellSwitches(config, deps.logger);

  const { askedScope } = input;
  const { scope, consent } = chooseScope({
    configured: config.scopes,
    challengeScope: input.challenge?.scope,
    resourceScopes,
    serverScopes: authorizationServer.scopesSupported,
    stepUp:
      askedScope === undefined
        ? undefined
        : { granted: grantedScope(config.name, authorizationServer, deps), asked: askedScope },
  });
  const asked: GrantRequest = { input, authorizationServer, resource, scope };
  if (input.device || !authorizationServer.authorizationEndpoint) {
    const device = await authorizeDevice(asked, deps);
    return device.ok ? ok({ device: device.value }) : device;
  }
  const page = await preparePage(asked, consent, deps);
  return page.ok ? ok({ page: page.value }) : page;
}

async function preparePage(asked: GrantRequest, consent: boolean, deps: PageFlowDeps): Promise<Result<PreparedFlow>> {
  const { input, authorizationServer, resource, scope } = asked;
  const { config, redirectUri } = input;
  const page = await checkPage(config, authorizationServer.authorizationEndpoint, deps);
  if (!page.ok) return page;

  const pkce = checkPkce(authorizationServer, config.pkce);
  if (!pkce.ok) return pkce;

  const client = await chooseClient(asked, false, deps);
  if (!client.ok) return client;

  const request = await buildAuthorizationRequest(
    {
      authorizationServer,
      client: client.value,
      redirectUri,
      resource,
      consent,
      additional: config.authorizationParams,
      ...(scope === undefined ? {} : { scope }),
    },
    deps.random,
  );
  if (!request.ok) return request;
  return ok({
    authorizationServer,
    client: client.value,
    resource,
    redirectUri,
    ...(scope === undefined ? {} : { scope }),
    ...request.value,
  });
}

/** D9: what is done otherwise for this server than the specifications ask is said at each sign-in. */
export function tellSwitches(config: ServerConfig, logger: Logger): void {
  const parameters = Object.keys(config.authorizationParams ?? {});
  const told = [
    ...(config.pkce === 'off' ? ['"pkce" is off: S256 need not be listed'] : []),
    ...(config.resource === false ? ['"resource" is false: none is sent'] : []),
    ...(config.resource ? [`"resource" is ${config.resource}, whatever the server publishes`] : []),
    ...(config.issuer === undefined ? [] : [`"issuer" is ${config.issuer}, whatever was asked for`]),
    ...(parameters.length === 0 ? [] : [`"authorizationParams" adds ${parameters.join(', ')}`]),
  ];
  for (const detail of told) logger.warn('config.switch', { server: config.name, detail });
}

/** Of the login in use, where it is one of the same authorization server. */
function grantedScope(server: string, { issuer }: AuthorizationServer, { store }: FlowDeps): string | undefined {
  const login = store.current(server);
  return login?.authorizationServer.issuer === issuer ? login.tokens?.scope : undefined;
}

interface DiscoverDeps {
  readonly http: Http;
  /** Knows the logins that there are. */
  readonly store: { load(server: ServerName): Promise<unknown>; current(server: ServerName): Login | undefined };
}

interface Discovered {
  readonly authorizationServer: AuthorizationServer;
  readonly resource: string;
  readonly resourceScopes?: readonly string[];
}

export async function discover(
  input: Pick<FlowInput, 'config' | 'challenge'>,
  deps: DiscoverDeps,
): Promise<Result<Discovered>> {
  const { config, challenge } = input;
  const http = namedBy(config, deps.http);
  const found = await discoverProtectedResource({ serverUrl: config.url, challenge }, http);
  if (!found.ok) return found;
  const issuer = await chooseIssuer(input, found.value?.authorizationServers ?? [], deps);
  const authorizationServer = issuer
    ? await discoverAuthorizationServer(
        { issuer, expected: config.issuer, withoutPerson: signsInByItself(config) },
        http,
      )
    : await withoutMetadata(config, http);
  if (!authorizationServer.ok) return authorizationServer;
  return ok({
    authorizationServer: authorizationServer.value,
    resource: (config.resource ?? found.value?.resource ?? canonicalResource(config.url)) || '',
    ...(found.value?.scopesSupported ? { resourceScopes: found.value.scopesSupported } : {}),
  });
}

/** D3: the person's choice, then the one that holds the login already, then the server's first. */
async function chooseIssuer(
  { config }: Pick<FlowInput, 'config'>,
  offered: readonly string[],
  { store }: DiscoverDeps,
): Promise<string | undefined> {
  if (config.authorizationServer) return config.authorizationServer;
  await store.load(config.name);
  const known = store.current(config.name)?.authorizationServer.issuer;
  return offered.find((issuer) => issuer === known) ?? offered[0];
}

/** D6: servers of revision 2025-03-26 publish nothing about the resource; some publish the authorization server. */
async function withoutMetadata(config: ServerConfig, http: Http): Promise<Result<AuthorizationServer>> {
  const asked = {
    issuer: new URL(config.url).origin,
    expected: config.issuer,
    withoutPerson: signsInByItself(config),
  };
  const found = await discoverAuthorizationServer(asked, http);
  if (found.ok || found.problem.code !== 'no-authorization-server') return found;
  const guessed = fallbackAuthorizationServer(config.url);
  return ok({ ...guessed, issuer: config.issuer ?? guessed.issuer });
}

/**
 * An error that the recorded issuer did not say: anybody may have sent it, so it neither ends the flow nor is shown (F3).
 *
 * @see RFC 9207 section 2.4
 */
export function isForeignError(problem: Problem, callbackUrl: URL): boolean {
  return problem.code !== 'authorization-refused' && callbackUrl.searchParams.has('error');
}

export function judgeCallback(prepared: PreparedFlow, callbackUrl: URL): Result<void> {
  return judgeAuthorizationResponse({
    callbackUrl,
    authorizationServer: prepared.authorizationServer,
    state: prepared.state,
  });
}

/** The exchange: a code becomes a login. */
export async function exchange(
  prepared: PreparedFlow,
  config: ServerConfig,
  callbackUrl: URL,
  ticket: Ticket,
  deps: FlowDeps,
): Promise<Result<NewLogin>> {
  const { authorizationServer, client, resource, redirectUri, state, verifier } = prepared;
  const grant = await exchangeCode(
    { authorizationServer, client, callbackUrl, redirectUri, state, verifier, resource },
    namedBy(config, deps.http),
    () => deps.clock.now(),
  );
  if (!grant.ok) {
    if (client.how === 'dynamic' && judgeRefreshFailure(grant.problem) === 'client-unknown') {
      await deps.store.rejectClient(config.name, authorizationServer.issuer, client.clientId, ticket);
    }
    return fail(grant.problem);
  }
  return ok(loginFrom(prepared, config, grant.value));
}
