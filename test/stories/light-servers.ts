import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EpochMs } from '../../src-main/engine/model/ids.ts';
import type { Random } from '../../src-main/engine/ports.ts';
import { type LoopbackListener, listenOnLoopback } from '../servers/loopback-listener.ts';
import { readBody } from '../servers/request-body.ts';

/** One request to refresh that reached the authorization server. */
export interface RefreshSeen {
  readonly server: string;
  /** By the clock of the story. */
  readonly at: EpochMs;
  readonly outcome: 'issued' | '503' | 'refused';
}

export interface LightServers {
  url(server: string): string;
  readonly refreshes: readonly RefreshSeen[];
  /** Answers of 401 to a request for something else than the first look at a server. */
  readonly unauthorized: number;
  /** Pages asked for at the authorization endpoint. */
  readonly authorizations: number;
  /** Requests that are not answered yet. */
  readonly underWay: number;
  /** The most of them at any time. */
  readonly mostUnderWay: number;
  /** Requests to these servers get no answer any more. */
  hang(...servers: string[]): void;
  /** Requests for tokens wait until what it answers is called. */
  holdTokens(): () => void;
  /** From now on a refresh in so many fails; never the third in a row of a login without a live token. */
  failRefreshes(fraction: number): void;
  resetCounts(): void;
  /** The network to all of them is gone, and comes back. */
  die(): Promise<void>;
  revive(): Promise<void>;
  close(): Promise<void>;
}

interface Grant {
  readonly server: string;
  refreshToken: string;
  accessToken: string;
  expiresAt: EpochMs;
  failuresInARow: number;
  ended: boolean;
}

const AFTER_GAP_MS = 15_000;

/**
 * MCP servers behind one strict authorization server, over real HTTP, whose tokens live by the story's clock: rotation
 * at each refresh, reuse ends the login. Light enough for thousands of refreshes.
 */
export async function startLightServers(options: {
  readonly now: () => EpochMs;
  readonly random: Random;
  readonly lifeS: number;
  /**
   * False: a server of revision 2025-03-26, whose endpoints are known by their paths (D6). `'of-itself'`: one that tells
   * of its authorization server at its own origin, and nothing of the resource.
   */
  readonly publishesMetadata?: boolean | 'of-itself';
}): Promise<LightServers> {
  const { now, random, lifeS, publishesMetadata = true } = options;
  const grants = new Map<string, Grant>();
  const byRefreshToken = new Map<string, Grant>();
  const codes = new Map<string, string>();
  const refreshes: RefreshSeen[] = [];
  let failing = 0;
  let unauthorized = 0;
  let authorizations = 0;
  let underWay = 0;
  let mostUnderWay = 0;
  const hanging = new Set<string>();
  let tokensMayGo: Promise<void> | undefined;
  let backSince = Number.NEGATIVE_INFINITY;
  const token = (): string => randomBytes(24).toString('base64url');

  function send(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(value));
  }

  function issue(response: ServerResponse, grant: Grant): void {
    grant.accessToken = token();
    grant.refreshToken = token();
    grant.expiresAt = now() + lifeS * 1000;
    grant.failuresInARow = 0;
    byRefreshToken.set(grant.refreshToken, grant);
    const { accessToken, refreshToken } = grant;
    const tokens = { access_token: accessToken, refresh_token: refreshToken };
    send(response, 200, { ...tokens, token_type: 'Bearer', expires_in: lifeS });
  }

  function refresh(response: ServerResponse, presented: string): void {
    const grant = byRefreshToken.get(presented);
    if (grant === undefined || grant.ended || grant.refreshToken !== presented) {
      // RFC 9700 4.14.2: a rotated one came back, the whole grant ends.
      if (grant !== undefined) grant.ended = true;
      refreshes.push({ server: grant?.server ?? 'unknown', at: now(), outcome: 'refused' });
      send(response, 400, { error: 'invalid_grant' });
      return;
    }
    // A flight asks three times. Where the network was just gone it has used attempts up, and a caller may wait for it.
    const isJustBack = now() - backSince < AFTER_GAP_MS;
    const mayFail = grant.expiresAt > now() || (grant.failuresInARow < 2 && !isJustBack);
    if (random.fraction() < failing && mayFail) {
      grant.failuresInARow += 1;
      refreshes.push({ server: grant.server, at: now(), outcome: '503' });
      send(response, 503, { error: 'temporarily_unavailable' });
      return;
    }
    refreshes.push({ server: grant.server, at: now(), outcome: 'issued' });
    issue(response, grant);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', listener.origin);
    const [, first = '', name = ''] = pathname.split('/');
    if (first === 'mcp' && hanging.has(name)) return;
    if (first === 'mcp') {
      const message = request.method === 'POST' ? (await readBody(request)).toString() : '{}';
      const grant = grants.get(name);
      const isGood = grant !== undefined && now() < grant.expiresAt;
      if (!isGood || request.headers.authorization !== `Bearer ${grant.accessToken}`) {
        unauthorized += 1;
        const metadata = `${listener.origin}/.well-known/oauth-protected-resource/mcp/${name}`;
        const parameters = publishesMetadata === true ? ` resource_metadata="${metadata}"` : '';
        send(response, 401, {}, { 'www-authenticate': `Bearer${parameters}` });
      } else if (request.method !== 'POST') send(response, 405, {});
      else {
        const { id } = JSON.parse(message) as { id?: unknown };
        send(response, 200, { jsonrpc: '2.0', id: id ?? null, result: { tools: [] } });
      }
    } else if (pathname.startsWith('/.well-known/') && !publishesMetadata) {
      send(response, 404, {});
    } else if (pathname.startsWith('/.well-known/oauth-protected-resource') && publishesMetadata !== true) {
      send(response, 404, {});
    } else if (pathname.startsWith('/.well-known/oauth-protected-resource/mcp/')) {
      const resource = `${listener.origin}/mcp/${pathname.split('/').at(-1)}`;
      send(response, 200, { resource, authorization_servers: [listener.origin] });
    } else if (pathname === '/.well-known/oauth-authorization-server') {
      send(response, 200, {
        issuer: listener.origin,
        authorization_endpoint: `${listener.origin}/authorize`,
        token_endpoint: `${listener.origin}/token`,
        registration_endpoint: `${listener.origin}/register`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: ['none'],
      });
    } else if (pathname === '/register') {
      const asked = JSON.parse((await readBody(request)).toString()) as Record<string, unknown>;
      send(response, 201, { ...asked, client_id: token() });
    } else if (pathname === '/authorize') {
      authorizations += 1;
      const code = token();
      codes.set(code, new URL(searchParams.get('resource') ?? '').pathname.split('/').at(-1) ?? '');
      const back = new URL(searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', code);
      back.searchParams.set('state', searchParams.get('state') ?? '');
      response.writeHead(302, { location: back.href }).end();
    } else if (pathname === '/token') {
      await tokensMayGo;
      const fields = new URLSearchParams((await readBody(request)).toString());
      const presented = fields.get('refresh_token');
      if (presented !== null) return refresh(response, presented);
      const server = codes.get(fields.get('code') ?? '') ?? '';
      const grant = { server, refreshToken: '', accessToken: '', expiresAt: 0, failuresInARow: 0, ended: false };
      grants.set(server, grant);
      issue(response, grant);
    } else send(response, 404, {});
  }

  const listener: LoopbackListener = await listenOnLoopback((request, response) => {
    underWay += 1;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    response.once('close', () => {
      underWay -= 1;
    });
    serve(request, response).catch((error: unknown) => {
      console.error('A light server has a bug:', error);
      response.destroy();
    });
  });

  return {
    url: (server) => `${listener.origin}/mcp/${server}`,
    refreshes,
    get unauthorized() {
      return unauthorized;
    },
    get authorizations() {
      return authorizations;
    },
    get underWay() {
      return underWay;
    },
    get mostUnderWay() {
      return mostUnderWay;
    },
    hang(...servers) {
      for (const server of servers) hanging.add(server);
    },
    holdTokens() {
      let release = (): void => {};
      tokensMayGo = new Promise<void>((resolve) => {
        release = resolve;
      });
      return release;
    },
    failRefreshes(fraction) {
      failing = fraction;
    },
    resetCounts() {
      refreshes.length = 0;
      unauthorized = 0;
      authorizations = 0;
      mostUnderWay = underWay;
    },
    die: () => listener.die(),
    async revive() {
      backSince = now();
      await listener.revive();
    },
    close: () => listener.die(),
  };
}
