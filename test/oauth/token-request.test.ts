import { afterAll, describe, expect, it } from 'vitest';
import { createHttp } from '../../src-main/adapters/http.ts';
import { Secret } from '../../src-main/engine/model/secret.ts';
import type { ClientRegistration } from '../../src-main/engine/model/token-set.ts';
import { exchangeCode, refreshTokens } from '../../src-main/engine/oauth/token-request.ts';
import type { Http, HttpRequest } from '../../src-main/engine/ports.ts';
import { type Answer, startAnsweringServer } from './answering-server.ts';
import { publicClient, REDIRECT_URI, secretClient, serverAt } from './clients.ts';

const http = createHttp();
afterAll(() => http.close());
const NOW = Date.parse('2026-11-24T10:00:00Z');
const RESOURCE = 'https://mcp.example.com/mcp';
const GRANT_ENDED = { code: 'token-endpoint-error', error: 'invalid_grant', status: 200 };
const GOOD = { access_token: 'at-1', token_type: 'Bearer', expires_in: 3600, refresh_token: 'rt-2', scope: 'a' };

async function refresh(answer: Answer, client: ClientRegistration = publicClient(), resource = RESOURCE) {
  const server = await startAnsweringServer();
  server.answer('POST /token', answer);
  const refreshed = await refreshTokens(
    { authorizationServer: serverAt(server.origin), client, refreshToken: new Secret('rt-1'), resource },
    http,
    () => NOW,
  );
  return { refreshed, server };
}

async function tokensOf(more: object, status = 200) {
  const { refreshed } = await refresh({ status, body: { ...GOOD, ...more } });
  if (!refreshed.ok) throw new Error(JSON.stringify(refreshed.problem));
  return refreshed.value;
}

function idToken(claims: unknown): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`;
}

async function exchange(answer: Answer, query: string, issParameterSupported = false) {
  const server = await startAnsweringServer();
  server.answer('POST /token', answer);
  const exchanged = await exchangeCode(
    {
      authorizationServer: serverAt(server.origin, { issParameterSupported }),
      client: publicClient(),
      callbackUrl: new URL(`${REDIRECT_URI}?${query.replaceAll('ISSUER', encodeURIComponent(server.origin))}`),
      redirectUri: REDIRECT_URI,
      state: new Secret('s1'),
      verifier: new Secret('v'.repeat(43)),
      resource: RESOURCE,
    },
    http,
    () => NOW,
  );
  return { exchanged, server };
}

describe('exchangeCode', () => {
  it('F1 F4 sends code, verifier, redirect URI and resource, each once, and no credential elsewhere', async () => {
    const { exchanged, server } = await exchange({ body: GOOD }, 'code=c1&state=s1&iss=ISSUER&response=x&id_token=y');
    expect(server.lines()).toEqual(['POST /token']);
    expect(Object.fromEntries(server.received[0]?.form ?? [])).toEqual({
      grant_type: 'authorization_code',
      code: 'c1',
      code_verifier: 'v'.repeat(43),
      redirect_uri: REDIRECT_URI,
      resource: RESOURCE,
      client_id: 'client-1',
    });
    expect(server.received[0]?.headers.authorization).toBeUndefined();
    expect(exchanged).toMatchObject({ ok: true, value: { tokens: { obtainedAt: NOW, expiresAt: NOW + 3_600_000 } } });
    if (!exchanged.ok) return;
    expect(exchanged.value.tokens.accessToken.reveal()).toBe('at-1');
    expect(exchanged.value.tokens.refreshToken?.reveal()).toBe('rt-2');
    expect(exchanged.value.tokens.scope).toBe('a');
  });

  it.each([
    ['F2 with another state', 'code=c1&state=s2', false, 'unknown-state'],
    ['F3 with another issuer', 'code=c1&state=s1&iss=https%3A%2F%2Fevil.example', false, 'issuer-mismatch'],
    ['F3 without the advertised iss', 'code=c1&state=s1', true, 'authorization-response-invalid'],
    ['with an error', 'error=access_denied&state=s1', false, 'authorization-refused'],
    ['without a code', 'state=s1', false, 'authorization-response-invalid'],
  ])('%s sends nothing', async (_title, query, advertised, code) => {
    const { exchanged, server } = await exchange({ body: GOOD }, query, advertised);
    expect(exchanged).toMatchObject({ ok: false, problem: { code } });
    expect(server.lines()).toEqual([]);
  });

  it('scenario 42: shows no code or verifier that the server echoes', async () => {
    const said = `code c1-secret with ${'v'.repeat(43)} is used`;
    const { exchanged } = await exchange(
      { status: 400, body: { error: 'invalid_grant', error_description: said } },
      'code=c1-secret&state=s1',
    );
    expect(exchanged).toEqual({
      ok: false,
      problem: {
        code: 'token-endpoint-error',
        error: 'invalid_grant',
        status: 400,
        description: 'code [secret] with [secret] is used',
      },
    });
  });
});

describe('refreshTokens', () => {
  it('F4 sends the resource along', async () => {
    const { server } = await refresh({ body: GOOD });
    expect(Object.fromEntries(server.received[0]?.form ?? [])).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'rt-1',
      resource: RESOURCE,
      client_id: 'client-1',
    });
    expect(server.received[0]?.headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
    });
  });

  it('F4 leaves an empty resource out', async () => {
    const { server } = await refresh({ body: GOOD }, publicClient(), '');
    expect(server.received[0]?.form.has('resource')).toBe(false);
  });

  it('R2 authenticates by client_secret_post', async () => {
    const { server } = await refresh({ body: GOOD }, secretClient('client_secret_post', 's e:c'));
    expect(server.received[0]?.form.get('client_secret')).toBe('s e:c');
    expect(server.received[0]?.form.get('client_id')).toBe('client-1');
    expect(server.received[0]?.headers.authorization).toBeUndefined();
  });

  it.each(['none', 'private_key_jwt'] as const)('R2 sends no secret by the method %s', async (method) => {
    const { server } = await refresh({ body: GOOD }, secretClient(method));
    expect(server.received[0]?.form.get('client_id')).toBe('client-1');
    expect(server.received[0]?.form.has('client_secret')).toBe(false);
    expect(server.received[0]?.headers.authorization).toBeUndefined();
  });

  it('R2 authenticates by client_secret_basic, form-encoded, with a UUID as it is', async () => {
    const { server } = await refresh({ body: GOOD }, secretClient('client_secret_basic', 's e:c+ä'));
    const credentials = Buffer.from('client-1:s+e%3Ac%2B%C3%A4').toString('base64');
    expect(server.received[0]?.headers.authorization).toBe(`Basic ${credentials}`);
    expect(server.received[0]?.form.has('client_secret')).toBe(false);
  });

  it.each([
    ['a number', 3600, 3600],
    ['a string', '3600', 3600],
    ['a fraction', 1.5, 1.5],
    ['missing', undefined, undefined],
    ['null', null, undefined],
    ['zero', 0, undefined],
    ['negative', -1, undefined],
    ['absurd', 1e12, undefined],
    ['a little over ten years', 10 * 365 * 86_400 + 1, undefined],
    ['an empty string', '', undefined],
    ['no number', 'soon', undefined],
    ['a string of infinity', 'Infinity', undefined],
    ['a list', [3600], undefined],
    ['true', true, undefined],
  ])('T3 takes an expires_in that is %s', async (_title, expires_in, seconds) => {
    const { tokens } = await tokensOf({ expires_in, refresh_token_expires_in: expires_in });
    const end = seconds === undefined ? undefined : NOW + seconds * 1000;
    expect(tokens.expiresAt).toBe(end);
    expect(tokens.refreshExpiresAt).toBe(end);
    expect('expiresAt' in tokens).toBe(seconds !== undefined);
  });

  it("T4 reads Keycloak's refresh_expires_in, whose zero is no end", async () => {
    expect((await tokensOf({ refresh_expires_in: 1800 })).tokens.refreshExpiresAt).toBe(NOW + 1_800_000);
    expect((await tokensOf({ refresh_expires_in: 0 })).tokens.refreshExpiresAt).toBeUndefined();
  });

  it.each([
    ['status 201', {}, 201],
    ['token_type in lower case', { token_type: 'bearer' }, 200],
    ['token_type in upper case', { token_type: 'BEARER' }, 200],
    ['no token_type', { token_type: undefined }, 200],
    ['extra members', { ok: true, team: { id: 1 }, error: '' }, 200],
    ['an id_token that is none', { id_token: 'garbage' }, 200],
    ['an id_token that is a number', { id_token: 7 }, 200],
  ])('T7 takes an answer with %s', async (_title, more, status) => {
    const { tokens, account } = await tokensOf(more, status);
    expect(tokens.accessToken.reveal()).toBe('at-1');
    expect(account).toBeUndefined();
  });

  it('T7 leaves out scope and refresh token that the server leaves out', async () => {
    const { tokens } = await tokensOf({ scope: undefined, refresh_token: undefined });
    expect(Object.keys(tokens).sort()).toEqual(['accessToken', 'expiresAt', 'obtainedAt']);
  });

  it.each([
    [{ sub: '1', name: 'A', preferred_username: 'anna', email: 'a@b.example' }, 'a@b.example'],
    [{ preferred_username: 'anna', name: 'A', sub: '1' }, 'anna'],
    [{ email: '', name: 'Anna\u202e\n B' }, 'Anna B'],
    [{ sub: 'ü-1' }, 'ü-1'],
    [{ email: { x: 1 } }, undefined],
    [null, undefined],
  ])('scenario 25: reads the account from an id_token of %j', async (claims, account) => {
    expect((await tokensOf({ id_token: idToken(claims) })).account).toBe(account);
  });

  it.each<[string, Answer, object]>([
    ["a captive portal's page", { body: '<html>Accept the terms</html>' }, { code: 'bad-answer', status: 200 }],
    ['broken JSON', { body: '{"access_token":"at' }, { code: 'bad-answer', status: 200 }],
    ['a list', { body: [GOOD] }, { code: 'bad-answer', status: 200 }],
    ['no access token', { body: { ...GOOD, access_token: undefined } }, { code: 'bad-answer', status: 200 }],
    ['an error with status 200', { body: { error: 'invalid_request' } }, { code: 'bad-answer', status: 200 }],
    ["GitHub's wrong secret", { body: { error: 'incorrect_client_credentials' } }, { code: 'bad-answer', status: 200 }],
    ['T7 invalid_grant with status 200', { body: { error: 'invalid_grant' } }, GRANT_ENDED],
    ["T7 GitHub's dead refresh token", { body: { error: 'bad_refresh_token' } }, GRANT_ENDED],
    ["T7 GitHub's dead code", { body: { error: 'bad_verification_code' } }, GRANT_ENDED],
    [
      'T7 an error beside an empty token',
      { body: { access_token: '', error: 'bad_refresh_token', error_description: 'It is wrong or expired.' } },
      { ...GRANT_ENDED, description: 'It is wrong or expired.' },
    ],
    ['invalid_grant in a page with status 200', { body: '{"error":"invalid_grant"' }, { code: 'bad-answer' }],
    ['an access token with a line break', { body: { ...GOOD, access_token: 'a\r\nb: c' } }, { code: 'bad-answer' }],
    ['another token type', { body: { ...GOOD, token_type: 'mac' } }, { code: 'bad-answer' }],
    ['a token type that is no text', { body: { ...GOOD, token_type: { toString: 1 } } }, { code: 'bad-answer' }],
    ['a redirect', { status: 302, headers: { location: '/portal' } }, { code: 'bad-answer', status: 302 }],
    ['a redirect that keeps the body', { status: 307, headers: { location: '/portal' } }, { code: 'bad-answer' }],
    ['500', { status: 500, body: '<html>' }, { code: 'server-error', status: 500 }],
    [
      '503 with Retry-After, whatever its body says',
      { status: 503, headers: { 'retry-after': '30' }, body: { error: 'invalid_grant' } },
      { code: 'server-error', status: 503, retryAfterMs: 30_000 },
    ],
    [
      '429 with a date',
      { status: 429, headers: { 'retry-after': new Date(Date.now() + 60_000).toUTCString() } },
      { code: 'server-error', status: 429 },
    ],
  ])('T5 T7 does not take %s for the end of a login', async (_title, answer, problem) => {
    const { refreshed, server } = await refresh(answer);
    expect(refreshed).toMatchObject({ ok: false, problem });
    expect(server.lines()).toEqual(['POST /token']);
  });

  it.each<[string, Answer, object]>([
    [
      "the server's error",
      { status: 400, body: { error: 'invalid_grant', error_description: 'Token rt-1 was revoked' } },
      { error: 'invalid_grant', status: 400, description: 'Token [secret] was revoked' },
    ],
    [
      'invalid_client with a challenge',
      { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' }, body: { error: 'invalid_client' } },
      { error: 'invalid_client', status: 401 },
    ],
    ['T7 a page, with no error code', { status: 400, body: '<html>invalid_grant</html>' }, { error: '', status: 400 }],
    [
      'T7 JSON of another shape, with no error code',
      { status: 403, body: { error: { code: 1 } } },
      { error: '', status: 403 },
    ],
  ])('tells %s', async (_title, answer, problem) => {
    const { refreshed } = await refresh(answer);
    expect(refreshed).toEqual({ ok: false, problem: { code: 'token-endpoint-error', ...problem } });
  });

  it('14 asks the port to follow no redirect, and gives a refresh up late: it may still be answered', async () => {
    const asked: HttpRequest[] = [];
    const recording: Http = {
      send: (request) => {
        asked.push(request);
        return http.send(request);
      },
    };
    const authorizationServer = serverAt((await startAnsweringServer()).origin);
    const input = { authorizationServer, client: publicClient(), refreshToken: new Secret('rt-1'), resource: RESOURCE };
    await refreshTokens(input, recording, () => NOW);
    expect(asked).toMatchObject([{ method: 'POST', redirects: 0, timeoutMs: 60_000 }]);
  });

  it('T3 counts the life of a token from when it was asked for, however late the answer is', async () => {
    let now = NOW;
    const late: Http = {
      ...http,
      send: (request) => {
        now += 9_000;
        return http.send(request);
      },
    };
    const server = await startAnsweringServer();
    server.answer('POST /token', { body: { ...GOOD, expires_in: 60 } });
    const authorizationServer = serverAt(server.origin);
    const input = { authorizationServer, client: publicClient(), refreshToken: new Secret('rt-1'), resource: RESOURCE };
    const refreshed = await refreshTokens(input, late, () => now);
    expect(refreshed).toMatchObject({ value: { tokens: { obtainedAt: NOW, expiresAt: NOW + 60_000 } } });
  });

  it('hands on that the network is gone', async () => {
    const refreshed = await refreshTokens(
      {
        authorizationServer: serverAt('http://127.0.0.1:9'),
        client: publicClient(),
        refreshToken: new Secret('rt-1'),
        resource: RESOURCE,
      },
      http,
      () => NOW,
    );
    expect(refreshed).toMatchObject({ ok: false, problem: { code: 'network-unreachable' } });
  });

  it('F5 sends no token over plain http to another machine', async () => {
    const refreshed = await refreshTokens(
      {
        authorizationServer: serverAt('http://as.example'),
        client: publicClient(),
        refreshToken: new Secret('rt-1'),
        resource: RESOURCE,
      },
      { send: () => Promise.reject(new Error('sent')) },
      () => NOW,
    );
    expect(refreshed).toMatchObject({ ok: false, problem: { code: 'unsafe-url', what: 'token_endpoint' } });
  });
});
