import type { IncomingMessage } from 'node:http';
import type { ClientMetadata } from 'oidc-provider';
import { bendAnswers, type Issued, type Passage } from './answer-changes.ts';
import { authorizationHandler } from './authorization-handler.ts';
import { type Behaviour, behaviour } from './authorization-verbs.ts';
import { type Counts, type Exchange, ExchangeRecord } from './exchange-record.ts';
import { listenOnLoopback } from './loopback-listener.ts';
import { providerConfiguration } from './provider-configuration.ts';
import { Provider } from './quiet-oidc-provider.ts';
import { goodBehaviour, type Switches } from './switches.ts';
import { TokenStorage } from './token-storage.ts';

export interface AuthorizationServerOptions {
  /** 0, the default: a free one. */
  port?: number;
  /** In the issuer, and so in everything that the metadata names. */
  hostname?: '127.0.0.1' | 'localhost';
  /** For an issuer with a path, for example `/tenant`. */
  issuerPath?: string;
  /** Default `['mcp']`. A request without a scope gets all of them. */
  scopes?: readonly string[];
  /** Pre-registered clients. */
  clients?: readonly ClientMetadata[];
  /** The only resources that tokens are issued for. Default: any. */
  resources?: readonly string[];
  /** Where the switches stand at the start. */
  behaviour?: Partial<Switches>;
}

/** What an access token is good for. @see RFC 7662 section 2.2 */
export interface TokenFacts {
  clientId: string | undefined;
  scopes: readonly string[];
  audience: readonly string[];
}

export interface AuthorizationServer extends Behaviour {
  readonly issuer: string;
  readonly port: number;
  readonly counts: Readonly<Counts>;
  readonly log: readonly Exchange[];
  resetCounts(): void;
  /** Every token, code and client secret that went out, in order: for who has to know what is secret. */
  issued(): readonly Issued[];
  /** The next refresh that issues a token; its answer may have been lost on the way. */
  nextRefresh(): Promise<Exchange>;
  /** The next refresh that ends, well or badly. */
  nextRefreshAttempt(): Promise<Exchange>;
  /** The next exchange that ends and fits. */
  next(fits: (exchange: Exchange) => boolean): Promise<Exchange>;
  /** Resolves as soon as the condition holds. Attempts are counted when they arrive, the rest when they end. */
  until(condition: (counts: Counts, log: readonly Exchange[]) => boolean): Promise<void>;
  /** What a resource server learns of a token; undefined when it is not active. Works while the server is dead. */
  introspect(accessToken: string): Promise<TokenFacts | undefined>;
  /** How long ago a token went out, in ms, be it active or not; undefined for what this server never gave. */
  ageMs(accessToken: string): number | undefined;
  /** Destroys every connection and stops listening; nothing is forgotten. */
  die(): Promise<void>;
  /** Listens again, on the same port. */
  revive(): Promise<void>;
  hangUp(): void;
  close(): Promise<void>;
}

/** A real authorization server on 127.0.0.1 (oidc-provider), whose behaviour tests change while it runs. */
export async function startAuthorizationServer(options: AuthorizationServerOptions = {}): Promise<AuthorizationServer> {
  const { hostname = '127.0.0.1', issuerPath = '', scopes = ['mcp'] } = options;
  const switches: Switches = { ...goodBehaviour(), ...options.behaviour };
  const storage = new TokenStorage(switches);
  const record = new ExchangeRecord();
  const passages = new WeakMap<IncomingMessage, Passage>();
  let handle: ReturnType<typeof authorizationHandler> = (_request, response) => void response.destroy();
  const listener = await listenOnLoopback((request, response) => handle(request, response), options.port);

  const issuer = `http://${hostname}:${listener.port}${issuerPath}`;
  const provider = new Provider(
    issuer,
    providerConfiguration({
      switches,
      storage,
      port: listener.port,
      issuerPath,
      scopes,
      clients: options.clients ?? [],
      resources: options.resources,
    }),
  );
  const issued: Issued[] = [];
  provider.use(bendAnswers(switches, passages, issued));
  provider.on('server_error', (_ctx, error) => console.error('oidc-provider failed:', error));
  const verbs = behaviour(switches, storage, options.behaviour ?? {});
  handle = authorizationHandler({
    provider,
    switches,
    record,
    passages,
    issuerPath,
    defaultScope: scopes.join(' '),
    answers: verbs.answers,
  });

  return {
    ...verbs.behaviour,
    issuer,
    port: listener.port,
    counts: record.counts,
    log: record.log,
    resetCounts: () => record.reset(),
    issued: () => issued,
    nextRefresh: () => record.next(({ kind, ok }) => kind === 'refresh' && ok),
    nextRefreshAttempt: () => record.next(({ kind }) => kind === 'refresh'),
    next: (fits) => record.next(fits),
    until: (condition) => record.until(condition),
    introspect: async (accessToken) => {
      const token =
        (await provider.AccessToken.find(accessToken)) ?? (await provider.ClientCredentials.find(accessToken));
      if (token === undefined) return jwtFacts(accessToken, issued);
      if (token.isExpired) return undefined;
      const audience = token.aud ?? [];
      return {
        clientId: token.clientId,
        scopes: [...token.scopes],
        audience: typeof audience === 'string' ? [audience] : audience,
      };
    },
    ageMs: (accessToken) => {
      const found = issued.find(({ kind, secret }) => kind === 'accessToken' && secret === accessToken);
      return found && Date.now() - found.at;
    },
    die: () => listener.die(),
    revive: () => listener.revive(),
    hangUp: () => listener.hangUp(),
    close: async () => {
      verbs.behaviour.behave();
      await listener.die();
    },
  };
}

/** A JWT is stored nowhere: good until it ends. Whether it is one of ours is known by what went out. @see RFC 9068 section 2.2 */
function jwtFacts(accessToken: string, issued: readonly Issued[]): TokenFacts | undefined {
  if (accessToken.split('.').length !== 3 || !issued.some(({ secret }) => secret === accessToken)) return undefined;
  const payload = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as {
    readonly client_id: string;
    readonly scope?: string;
    readonly aud: string;
    readonly exp: number;
  };
  if (payload.exp * 1000 <= Date.now()) return undefined;
  return { clientId: payload.client_id, scopes: payload.scope?.split(' ') ?? [], audience: [payload.aud] };
}
