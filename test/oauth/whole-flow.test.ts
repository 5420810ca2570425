import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { createHttp } from '../../src-main/adapters/http.ts';
import type { Result } from '../../src-main/engine/model/result.ts';
import { mergeTokens } from '../../src-main/engine/model/token-set.ts';
import { buildAuthorizationRequest } from '../../src-main/engine/oauth/authorization-request.ts';
import { discoverAuthorizationServer } from '../../src-main/engine/oauth/authorization-server-metadata.ts';
import { registerClient } from '../../src-main/engine/oauth/client-registration.ts';
import { checkPkce } from '../../src-main/engine/oauth/pkce.ts';
import { revokeToken } from '../../src-main/engine/oauth/revocation.ts';
import { chooseScope } from '../../src-main/engine/oauth/scope.ts';
import { exchangeCode, refreshTokens } from '../../src-main/engine/oauth/token-request.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  startAuthorizationServer,
} from '../servers/authorization-server.ts';
import { signIn } from '../servers/sign-in.ts';
import { REDIRECT_URI } from './clients.ts';

const http = createHttp();
afterAll(() => http.close());
const NOW = Date.parse('2026-11-24T10:00:00Z');
const now = () => NOW;
const RESOURCE = 'http://127.0.0.1:9/mcp';

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value;
}

async function start(options: AuthorizationServerOptions = {}): Promise<AuthorizationServer> {
  const server = await startAuthorizationServer(options);
  onTestFinished(() => server.close());
  return server;
}

/** Discovery to callback, as the login does it, with a person who signs in. */
async function authorize(server: AuthorizationServer) {
  const authorizationServer = value(await discoverAuthorizationServer({ issuer: server.issuer }, http));
  value(checkPkce(authorizationServer, 'required'));
  const { scope, consent } = chooseScope({
    resourceScopes: ['mcp'],
    serverScopes: authorizationServer.scopesSupported,
  });
  const client = value(await registerClient({ authorizationServer, redirectUri: REDIRECT_URI }, http, NOW));
  const request = value(
    await buildAuthorizationRequest(
      { authorizationServer, client, redirectUri: REDIRECT_URI, resource: RESOURCE, scope, consent },
      createSeededRandom(),
    ),
  );
  const { callbackUrl } = await signIn(request.url, { stopBeforeCallback: true });
  const { state, verifier } = request;
  return {
    authorizationServer,
    client,
    callbackUrl: new URL(callbackUrl ?? 'about:blank'),
    redirectUri: REDIRECT_URI,
    state,
    verifier,
    resource: RESOURCE,
  };
}

describe('the steps in a row against a real authorization server', () => {
  it('D4 D5 R2 F1 F2 F3 F4 T6 discover, register, sign in, exchange, refresh, revoke', async () => {
    const server = await start({ issuerPath: '/tenant', behaviour: { requireResource: true } });
    const input = await authorize(server);
    expect(input.callbackUrl.searchParams.get('iss')).toBe(server.issuer);
    const first = value(await exchangeCode(input, http, now)).tokens;
    expect(first.expiresAt).toBe(NOW + 3_600_000);
    const refreshToken = first.refreshToken;
    if (!refreshToken) throw new Error('no refresh token');
    const second = mergeTokens(first, value(await refreshTokens({ ...input, refreshToken }, http, now)).tokens);
    expect(second.refreshToken?.equals(refreshToken)).toBe(false);
    expect(await server.introspect(second.accessToken.reveal())).toMatchObject({
      clientId: input.client.clientId,
      scopes: expect.arrayContaining(['mcp']),
      audience: [RESOURCE],
    });
    expect(server.counts).toMatchObject({ registrations: 1, codeExchanges: 1, refreshes: 1 });
    const token = second.refreshToken ?? refreshToken;
    value(await revokeToken({ ...input, token, kind: 'refresh_token' }, http));
    expect(await refreshTokens({ ...input, refreshToken: token }, http, now)).toMatchObject({
      ok: false,
      problem: { code: 'token-endpoint-error', error: 'invalid_grant', status: 400 },
    });
  });

  it('F3 exchanges no code that comes with another issuer, or without the one that was announced', async () => {
    const server = await start();
    server.sendWrongIss('https://evil.example');
    expect(await exchangeCode(await authorize(server), http, now)).toMatchObject({
      ok: false,
      problem: { code: 'issuer-mismatch', got: 'https://evil.example' },
    });
    server.sendNoIss();
    expect(await exchangeCode(await authorize(server), http, now)).toMatchObject({
      ok: false,
      problem: { code: 'authorization-response-invalid' },
    });
    expect(server.counts.codeExchanges).toBe(0);
  });

  it.each(['client_secret_basic', 'client_secret_post'])(
    'R2 authenticates by %s where there is no other way',
    async (method) => {
      const server = await start();
      server.changeMetadata({ token_endpoint_auth_methods_supported: [method] });
      const input = await authorize(server);
      expect(input.client.tokenEndpointAuthMethod).toBe(method);
      expect(input.client.clientSecret).toBeDefined();
      value(await exchangeCode(input, http, now));
    },
  );

  it('D5 does not use the document of a server that lies about its issuer', async () => {
    const server = await start();
    server.lieAboutIssuer('https://evil.example');
    expect(await discoverAuthorizationServer({ issuer: server.issuer }, http)).toMatchObject({
      ok: false,
      problem: { code: 'issuer-mismatch', expected: server.issuer, got: 'https://evil.example' },
    });
  });

  it('scenario 19: tells a lost answer from a refusal', async () => {
    const server = await start();
    const input = await authorize(server);
    const { refreshToken } = value(await exchangeCode(input, http, now)).tokens;
    if (!refreshToken) throw new Error('no refresh token');
    server.loseNextRefreshAnswer();
    expect(await refreshTokens({ ...input, refreshToken }, http, now)).toMatchObject({
      ok: false,
      problem: { code: 'network-unreachable' },
    });
  });
});
