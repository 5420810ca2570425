import type { AuthorizationServer } from './authorization-server.ts';
import { EventStreamSessions } from './event-stream-sessions.ts';
import { everythingUpstream } from './everything-upstream.ts';
import { guardHandler } from './guard-handler.ts';
import { type GuardCounts, GuardRecord } from './guard-record.ts';
import { type Detection, type GuardSwitches, usualGuard } from './guard-switches.ts';
import { listenOnLoopback } from './loopback-listener.ts';
import { modernUpstream } from './modern-upstream.ts';
import { pagedUpstream } from './paged-upstream.ts';
import { sdkUpstream } from './sdk-upstream.ts';
import { times } from './times.ts';
import { type Upstream, Waiting } from './upstream.ts';

/**
 * `sdk`: small, legacy. `modern`: small, 2026-07-28 only. `everything`: the reference server, legacy. With `-sse`: the
 * same over HTTP+SSE (2024-11-05).
 */
export type UpstreamKind = 'sdk' | 'modern' | 'everything' | 'sdk-sse' | 'everything-sse' | 'paged';

export interface GuardedMcpServerOptions {
  /** Whose tokens are good here. Not needed when the guard admits everybody or a static header. */
  authorizationServer?: Pick<AuthorizationServer, 'issuer' | 'introspect'> &
    Partial<Pick<AuthorizationServer, 'ageMs'>>;
  upstream?: UpstreamKind;
  /** 0, the default: a free one. */
  port?: number;
  /** Default `/mcp`. */
  path?: string;
  /** In the metadata; default `['mcp']`, null: left out. */
  scopesSupported?: readonly string[] | null;
  detection?: Detection;
  /** Where the other switches stand at the start. */
  guard?: Partial<GuardSwitches>;
}

export interface GuardedMcpServer {
  /** The MCP endpoint, which is also the resource that tokens must be issued for. */
  readonly url: string;
  readonly port: number;
  readonly counts: Readonly<GuardCounts>;
  /** The first 16 characters of the SHA-256 of each different Authorization header seen. */
  readonly seenAuthorization: readonly string[];
  /** Of the tokens that got a 401; null for one that is unknown, or where there was none. */
  readonly refusedAgesMs: readonly (number | null)[];
  /** Of the last request; Authorization reads `[redacted]`. */
  readonly seenHeaders: Readonly<Record<string, string | string[] | undefined>>;
  resetCounts(): void;
  until(condition: (counts: GuardCounts) => boolean): Promise<void>;

  /** The guard as it was at the start. */
  behave(): void;
  detectBy(detection: Detection): void;
  metadataAtRoot(): void;
  /** Laid over the protected resource metadata; null removes a member. */
  changeMetadata(change: Record<string, unknown>): void;
  /** 403 `insufficient_scope` for tokens that lack one of these; none given: no scope needed. */
  requireScope(...scopes: string[]): void;
  challengeWithScope(scope: string): void;
  checkAudience(on: boolean): void;
  /** 401 for every token, good or not; `acceptTokens` ends it. */
  rejectAllTokens(): void;
  rejectTokens(options: { times: number }): void;
  acceptTokens(): void;
  /** 401 for whoever does not send exactly this header (D7). */
  admitOnlyHeader(header: string, value: string): void;
  /** Requests to the MCP endpoint get this answer, without any check; without `times` until `behave()`. */
  answerWith(answer: { status: number; times?: number; headers?: Record<string, string>; body?: string }): void;
  /** The next requests lose their connection: before they are looked at, or when the answer is ready. */
  hangUpOn(options?: { times?: number; when?: 'before' | 'after' }): void;
  /** Destroys every connection now. */
  hangUp(): void;
  /** Every answer comes this much later. 0: at once. */
  slowBy(ms: number): void;
  /** Sessions are unknown from now on (404), their streams end. */
  forgetSessions(): Promise<void>;
  /** A tool more (not with `everything`), and `tools/list_changed` to whoever listens. */
  changeTools(): void;
  /** The tool `echo` is described with these words from now on (not with `everything`), and everybody is told. */
  describeEcho(words: string): void;
  /** Says of a resource that it changed, where this kind of server has any. */
  updateResource(uri: string): void;
  /** Resolves when a call of the tool `wait` waits. */
  someoneWaits(): Promise<void>;
  /** Calls of the tool `wait` are answered. */
  letGo(): void;
  die(): Promise<void>;
  /** Listens again, on the same port. */
  revive(): Promise<void>;
  close(): Promise<void>;
}

async function upstreamOf(kind: UpstreamKind, waiting: Waiting): Promise<Upstream> {
  switch (kind) {
    case 'everything':
      return everythingUpstream();
    case 'everything-sse':
      return everythingUpstream(EventStreamSessions);
    case 'paged':
      return pagedUpstream();
    case 'modern':
      return modernUpstream(waiting);
    case 'sdk':
      return sdkUpstream(waiting);
    case 'sdk-sse':
      return sdkUpstream(waiting, EventStreamSessions);
  }
}

/** A real MCP server on 127.0.0.1 behind a bearer check, whose behaviour tests change while it runs. */
export async function startGuardedMcpServer(options: GuardedMcpServerOptions): Promise<GuardedMcpServer> {
  const { path = '/mcp', authorizationServer } = options;
  const atTheStart = { ...options.guard, ...(options.detection === undefined ? {} : { detection: options.detection }) };
  const switches: GuardSwitches = { ...usualGuard(), ...atTheStart };
  const record = new GuardRecord();
  const waiting = new Waiting();
  const upstream = await upstreamOf(options.upstream ?? 'sdk', waiting);
  let handle: ReturnType<typeof guardHandler> = (_request, response) => void response.destroy();
  const listener = await listenOnLoopback((request, response) => handle(request, response), options.port);
  const url = `${listener.origin}${path}`;
  const scopesSupported = options.scopesSupported === undefined ? ['mcp'] : options.scopesSupported;
  handle = guardHandler({
    switches,
    record,
    upstream,
    origin: listener.origin,
    path,
    metadata: {
      resource: url,
      authorization_servers: authorizationServer === undefined ? [] : [authorizationServer.issuer],
      bearer_methods_supported: ['header'],
      ...(scopesSupported === null ? {} : { scopes_supported: scopesSupported }),
    },
    introspect: async (token) => authorizationServer?.introspect(token),
    ageMs: (token) => authorizationServer?.ageMs?.(token),
  });

  return {
    url,
    port: listener.port,
    counts: record.counts,
    seenAuthorization: record.seenAuthorization,
    refusedAgesMs: record.refusedAgesMs,
    get seenHeaders() {
      return record.seenHeaders;
    },
    resetCounts: () => record.reset(),
    until: (condition) => record.until(condition),
    behave: () => void Object.assign(switches, usualGuard(), atTheStart),
    detectBy: (detection) => {
      switches.detection = detection;
    },
    metadataAtRoot: () => {
      switches.metadataForm = 'root';
    },
    changeMetadata: (change) => {
      switches.metadataChanges = { ...switches.metadataChanges, ...change };
    },
    requireScope: (...scopes) => {
      switches.requiredScopes = scopes;
    },
    challengeWithScope: (scope) => {
      switches.challengeScope = scope;
    },
    checkAudience: (on) => {
      switches.checkAudience = on;
    },
    rejectAllTokens: () => {
      switches.tokenRejections = times();
    },
    rejectTokens: ({ times: count }) => {
      switches.tokenRejections = times(count);
    },
    acceptTokens: () => {
      switches.tokenRejections = times(0);
    },
    admitOnlyHeader: (header, value) => {
      switches.admits = { header, value };
    },
    answerWith: ({ status, times: count, headers = {}, body = '' }) => {
      switches.answers = { status, headers, body, times: times(count) };
    },
    hangUpOn: ({ times: count = 1, when = 'before' } = {}) => {
      switches.hangUps = { times: times(count), when };
    },
    hangUp: () => listener.hangUp(),
    slowBy: (ms) => {
      switches.delayMs = ms;
    },
    forgetSessions: () => upstream.forgetSessions(),
    changeTools: () => upstream.changeTools(),
    describeEcho: (words) => upstream.describeEcho(words),
    updateResource: (uri) => upstream.updateResource?.(uri),
    someoneWaits: () => waiting.someoneWaits(),
    letGo: () => waiting.letGo(),
    die: () => listener.die(),
    revive: () => listener.revive(),
    close: async () => {
      waiting.letGo();
      await upstream.close();
      await listener.die();
    },
  };
}
