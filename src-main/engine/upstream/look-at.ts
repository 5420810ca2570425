import { discover } from '../login/authorization-flow.ts';
import { checkPage } from '../login/check-page.ts';
import type { Access, Finding } from '../model/finding.ts';
import type { Problem } from '../model/problem.ts';
import { assertNever, fail, ok, type Result } from '../model/result.ts';
import { type ServerConfig, usesStaticCredential } from '../model/server-config.ts';
import type { AuthorizationServer } from '../model/token-set.ts';
import { checkPkce } from '../oauth/pkce.ts';
import { chooseScope, scopeNames } from '../oauth/scope.ts';
import type { Challenge } from '../oauth/www-authenticate.ts';
import type { Clock, Http, NamedAddresses, UpstreamHttp } from '../ports.ts';
import { greetLegacyServer } from './greet-legacy-server.ts';
import { probe, probeEventStream } from './probe.ts';

export interface LookAtDeps {
  readonly http: Http & NamedAddresses;
  readonly upstreamHttp: UpstreamHttp;
  readonly oauthHttp: Http;
  readonly clock: Clock;
}

/**
 * What is at an address before it is configured: the first look at a server, and where a sign-in to it would lead. It
 * registers nothing, opens nothing and keeps nothing; a session that it had to open is ended.
 *
 * Fails with what the network failed with, or with `bad-answer` where no MCP server answers.
 */
export async function lookAt(config: ServerConfig, deps: LookAtDeps): Promise<Result<Finding>> {
  const { url, headers, transport } = config;
  if (transport === 'sse') return judgeStream(config, await probeEventStream(url, headers, deps), deps);
  const seen = await probe(url, headers, deps.http);
  switch (seen.kind) {
    case 'answers':
      if (seen.era === 'modern') return ok(open('http', seen.serverName, 'modern'));
      return seen.speaksOtherwise ? lookFurther(config, deps) : greet(config, deps);
    case 'wants-login':
      return ok({ transport: 'http', access: await accessAfter(config, seen.challenge, deps) });
    case 'wants-scope':
      return ok({ transport: 'http', access: { kind: 'refused', status: 403 } });
    case 'forbids':
      return ok({ transport: 'http', access: { kind: 'refused', status: seen.status } });
    case 'fails':
      return fail(seen.problem);
    default:
      return assertNever(seen);
  }
}

/** One that does not take the modern question may be of the era before, or speak HTTP+SSE. */
async function lookFurther(config: ServerConfig, deps: LookAtDeps): Promise<Result<Finding>> {
  const greeted = await greet(config, deps);
  if (greeted.ok) return greeted;
  const stream = await judgeStream(config, await probeEventStream(config.url, config.headers, deps), deps);
  return stream.ok ? stream : greeted;
}

async function greet(config: ServerConfig, deps: LookAtDeps): Promise<Result<Finding>> {
  const greeted = await greetLegacyServer(config.url, config.headers, deps.http);
  if (!greeted.ok) return greeted;
  if (greeted.value.kind === 'wants-login') {
    return ok({ transport: 'http', era: 'legacy', access: await accessAfter(config, greeted.value.challenge, deps) });
  }
  return ok(open('http', greeted.value.serverName, 'legacy'));
}

async function judgeStream(
  config: ServerConfig,
  seen: Awaited<ReturnType<typeof probeEventStream>>,
  deps: LookAtDeps,
): Promise<Result<Finding>> {
  switch (seen.kind) {
    case 'answers':
      return ok(open('sse', undefined, 'legacy'));
    case 'wants-login':
      return ok({ transport: 'sse', era: 'legacy', access: await accessAfter(config, seen.challenge, deps) });
    case 'wants-scope':
      return ok({ transport: 'sse', era: 'legacy', access: { kind: 'refused', status: 403 } });
    case 'forbids':
      return ok({ transport: 'sse', era: 'legacy', access: { kind: 'refused', status: seen.status } });
    case 'fails':
      return fail(seen.problem);
    default:
      return assertNever(seen);
  }
}

function open(transport: 'http' | 'sse', serverName: string | undefined, era: Finding['era']): Finding {
  return {
    transport,
    access: { kind: 'open' },
    ...(era === undefined ? {} : { era }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

async function accessAfter(config: ServerConfig, challenge: Challenge | undefined, deps: LookAtDeps): Promise<Access> {
  // D7: no sign-in beside a configured credential.
  if (usesStaticCredential(config)) return { kind: 'refused', status: 401 };
  // Nobody has signed in yet to what is not configured.
  const store = { load: async () => undefined, current: () => undefined };
  const found = await discover({ config, ...(challenge ? { challenge } : {}) }, { http: deps.oauthHttp, store });
  if (!found.ok) return { kind: 'sign-in-unclear', problem: found.problem };
  const { authorizationServer, resourceScopes } = found.value;
  const { scope } = chooseScope({
    configured: config.scopes,
    challengeScope: challenge?.scope,
    resourceScopes,
    serverScopes: authorizationServer.scopesSupported,
  });
  const obstacle = await obstacleOf(config, authorizationServer, deps);
  return {
    kind: 'sign-in',
    issuer: authorizationServer.issuer,
    guessed: authorizationServer.guessed,
    registration: registrationAt(config, authorizationServer),
    scopes: scopeNames(scope),
    ...(obstacle ? { obstacle } : {}),
  };
}

async function obstacleOf(
  config: ServerConfig,
  authorizationServer: AuthorizationServer,
  { http }: LookAtDeps,
): Promise<Problem | undefined> {
  const page = await checkPage(config, authorizationServer.authorizationEndpoint, { namedAddresses: http });
  if (!page.ok) return page.problem;
  const pkce = checkPkce(authorizationServer, config.pkce);
  return pkce.ok ? undefined : pkce.problem;
}

/** R1, without asking for one. */
function registrationAt(config: ServerConfig, authorizationServer: AuthorizationServer) {
  if (config.client) return 'configured';
  if (config.clientMetadataUrl && authorizationServer.clientIdMetadataDocumentSupported) return 'document';
  return authorizationServer.registrationEndpoint ? 'dynamic' : 'client-id-needed';
}
