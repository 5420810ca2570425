import type { Problem } from '../model/problem.ts';
import { fail, ok, type Result } from '../model/result.ts';
import type { Secret } from '../model/secret.ts';
import { type ServerConfig, signsInByItself } from '../model/server-config.ts';
import type { AuthorizationServer, ClientRegistration, Login } from '../model/token-set.ts';
import { buildAuthorizationRequest } from '../oauth/authorization-request.ts';
import { judgeAuthorizationResponse } from '../oauth/authorization-response.ts';
import { discoverAuthorizationServer, fallbackAuthorizationServer } from '../oauth/authorization-server-metadata.ts';
import { configuredRegistration, documentRegistration, registerClient } from '../oauth/client-registration.ts';
import { namedBy } from '../oauth/named-by.ts';
import { checkPkce } from '../oauth/pkce.ts';
import { canonicalResource, discoverProtectedResource } from '../oauth/protected-resource-metadata.ts';
import { chooseScope, coversScope } from '../oauth/scope.ts';
import { exchangeCode } from '../oauth/token-request.ts';
import type { Challenge } from '../oauth/www-authenticate.ts';
import type { Clock, Http, Logger, NamedAddresses, Random } from '../ports.ts';
import { judgeRefreshFailure } from '../tokens/refresh-policy.ts';
import type { Ticket, TokenStore } from '../tokens/token-store.ts';

export interface FlowDeps {
  readonly http: Http;
  readonly store: TokenStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** What a flow needs that sends a person's browser somewhere. */
export interface PageFlowDeps extends FlowDeps {
  readonly namedAddresses: NamedAddresses;
}

export interface FlowInput {
  readonly config: ServerConfig;
  readonly redirectUri: string;
  /** What the server said when it last refused a request. */
  readonly challenge?: Challenge;
  /** What the server asks for beyond what the login in use may do (S3). */
  readonly askedScope?: string;
  readonly ticket: Ticket;
}

/** R4: a server that forgets its clients gets no more than one new one in this time. */
const REPLACED_EVERY_MS = 24 * 60 * 60_000;

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

/** Finds out where and as whom to sign in. Nothing of an older login is changed by it. */
export async function prepareFlow(input: FlowInput, deps: PageFlowDeps): Promise<Result<PreparedFlow>> {
  const { config } = input;
  const found = await discover(input, deps);
  if (!found.ok) return found;
  const { authorizationServer, resource, resourceScopes } = found.value;

  tellSwitches(config, deps.logger);

  const page = await checkPage(config, authorizationServer, deps);
  if (!page.ok) return page;

  const pkce = checkPkce(authorizationServer, config.pkce);
  if (!pkce.ok) return pkce;

  const { scope, consent } = chooseScope({
    ...(config.scopes ? { configured: config.scopes } : {}),
    ...(input.challenge?.scope === undefined ? {} : { challengeScope: input.challenge.scope }),
    ...(resourceScopes ? { resourceScopes } : {}),
    ...(authorizationServer.scopesSupported ? { serverScopes: authorizationServer.scopesSupported } : {}),
    ...(input.askedScope === undefined
      ? {}
      : { stepUp: { granted: grantedScope(config.name, authorizationServer, deps), asked: input.askedScope } }),
  });
  const client = await chooseClient({ input, authorizationServer, resource, scope }, deps);
  if (!client.ok) return client;

  const request = await buildAuthorizationRequest(
    {
      authorizationServer,
      client: client.value,
      redirectUri: input.redirectUri,
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
    redirectUri: input.redirectUri,
    ...(scope === undefined ? {} : { scope }),
    ...request.value,
  });
}

/** D8: the person's browser is not sent where we would not go. */
async function checkPage(
  { url, allowPrivateNetwork }: ServerConfig,
  { authorizationEndpoint }: AuthorizationServer,
  { namedAddresses }: PageFlowDeps,
): Promise<Result<void>> {
  if (allowPrivateNetwork || !authorizationEndpoint) return ok(undefined);
  return namedAddresses.checkNamed({ url: authorizationEndpoint, namedBy: url });
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

interface Discovered {
  readonly authorizationServer: AuthorizationServer;
  readonly resource: string;
  readonly resourceScopes?: readonly string[];
}

export async function discover(
  input: Pick<FlowInput, 'config' | 'challenge'>,
  deps: FlowDeps,
): Promise<Result<Discovered>> {
  const { config, challenge } = input;
  const http = namedBy(config, deps.http);
  const found = await discoverProtectedResource({ serverUrl: config.url, ...(challenge ? { challenge } : {}) }, http);
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
  { store }: FlowDeps,
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

interface ClientChoice {
  readonly input: FlowInput;
  readonly authorizationServer: AuthorizationServer;
  readonly resource: string;
  readonly scope: string | undefined;
}

/** R1, R3, R4, R5: configured, then the document's address, then what was registered with this issuer for this redirect URI, then a new registration. */
async function chooseClient(choice: ClientChoice, deps: FlowDeps): Promise<Result<ClientRegistration>> {
  const { input, authorizationServer } = choice;
  const { config, redirectUri } = input;
  if (config.client) return ok(configuredRegistration(config.client, authorizationServer));
  if (config.clientMetadataUrl && authorizationServer.clientIdMetadataDocumentSupported) {
    return ok(documentRegistration(config.clientMetadataUrl));
  }

  const record = await deps.store.recordFor(config.name, authorizationServer.issuer);
  const now = deps.clock.now();
  const hasEnded = ({ clientSecretExpiresAt }: ClientRegistration): boolean =>
    clientSecretExpiresAt !== undefined && clientSecretExpiresAt <= now;
  const usable = (client: ClientRegistration | undefined): client is ClientRegistration =>
    client?.how === 'dynamic' &&
    client.redirectUris.includes(redirectUri) &&
    coversScope(client.scope, choice.scope) &&
    !hasEnded(client);
  if (usable(record?.nextClient) && !record.nextClientRejected) return ok(record.nextClient);
  if (usable(record?.client) && !record.clientRejected) return ok(record.client);
  // One whose secret has ended was not forgotten: nobody knows it by what it had.
  const isForgotten = (client: ClientRegistration | undefined, isRejected = false): boolean =>
    client !== undefined && isRejected && !hasEnded(client);
  const isReplacement =
    isForgotten(record?.client, record?.clientRejected) || isForgotten(record?.nextClient, record?.nextClientRejected);
  const replacedAt = Math.max(record?.client.replacementAt ?? 0, record?.nextClient?.replacementAt ?? 0);
  if (isReplacement && replacedAt <= now && now - replacedAt < REPLACED_EVERY_MS) {
    return fail({ code: 'client-rejected', issuer: authorizationServer.issuer });
  }

  const registered = await registerClient(
    { authorizationServer, redirectUri, ...(choice.scope === undefined ? {} : { scope: choice.scope }) },
    namedBy(config, deps.http),
    now,
  );
  if (!registered.ok) return registered;
  deps.logger.info('client.registered', { server: config.name, issuer: authorizationServer.issuer });
  // One that ended meanwhile does not make the last replacement forgotten.
  const replacementAt = isReplacement ? now : replacedAt;
  const client = replacementAt > 0 ? { ...registered.value, replacementAt } : registered.value;
  await deps.store.saveRegistration(
    config.name,
    // Beside the old one, whose refresh token goes on working until the new login is complete.
    record?.tokens ? { ...record, nextClient: client } : newRecord(choice, client),
    input.ticket,
  );
  return ok(client);
}

function newRecord({ input, authorizationServer, resource }: ClientChoice, client: ClientRegistration): Login {
  return { serverUrl: input.config.url, resource, authorizationServer, client, renewedCount: 0 };
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
): Promise<Result<Login>> {
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
  const { account } = grant.value;
  // RFC 6749 5.1: left out where it is what was asked for.
  const scope = grant.value.tokens.scope ?? prepared.scope;
  const tokens = { ...grant.value.tokens, ...(scope === undefined ? {} : { scope }) };
  return ok({
    serverUrl: config.url,
    resource,
    authorizationServer,
    client,
    tokens,
    signedInAt: tokens.obtainedAt,
    renewedCount: 0,
    ...(account === undefined ? {} : { account }),
  });
}
