import { afterAll, describe, expect, it } from 'vitest';
import { createHttp } from '../../src-main/adapters/http.ts';
import { Secret } from '../../src-main/engine/model/secret.ts';
import { configuredRegistration, registerClient } from '../../src-main/engine/oauth/client-registration.ts';
import { type Answer, startAnsweringServer } from './answering-server.ts';
import { REDIRECT_URI, serverAt } from './clients.ts';

const http = createHttp();
afterAll(() => http.close());
const NOW = Date.parse('2026-11-24T10:00:00Z');

async function register(answer: Answer, supported?: readonly string[], redirectUri = REDIRECT_URI) {
  const server = await startAnsweringServer();
  server.answer('POST /register', answer);
  const authorizationServer = serverAt(
    server.origin,
    supported ? { tokenEndpointAuthMethodsSupported: supported } : {},
  );
  const registered = await registerClient({ authorizationServer, redirectUri, scope: 'a b' }, http, NOW);
  const sent: unknown = JSON.parse(server.received[0]?.body ?? 'null');
  return { registered, sent, server };
}

describe('registerClient', () => {
  it('R2 registers a native public client that refreshes', async () => {
    const { registered, sent, server } = await register({ status: 201, body: { client_id: 'c1' } });
    expect(sent).toEqual({
      client_name: 'Gatehouse',
      application_type: 'native',
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'a b',
    });
    expect(server.received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(registered).toEqual({
      ok: true,
      value: {
        clientId: 'c1',
        tokenEndpointAuthMethod: 'none',
        redirectUris: [REDIRECT_URI],
        scope: 'a b',
        how: 'dynamic',
      },
    });
  });

  it.each([
    [undefined, 'none'],
    [['client_secret_basic', 'none'], 'none'],
    [['client_secret_post', 'client_secret_basic'], 'client_secret_basic'],
    [['client_secret_post'], 'client_secret_post'],
    [['private_key_jwt'], 'client_secret_basic'],
  ])('R2 of the methods %j asks for %s', async (supported, method) => {
    const { sent } = await register({ status: 201, body: { client_id: 'c1' } }, supported);
    expect(sent).toMatchObject({ token_endpoint_auth_method: method });
  });

  it('R2 takes the method that the answer states, with the secret and its end', async () => {
    const body = {
      client_id: 'c1',
      client_secret: 's3cret',
      client_secret_expires_at: 1_800_000_000,
      token_endpoint_auth_method: 'client_secret_post',
      redirect_uris: [REDIRECT_URI],
      extra: true,
    };
    const { registered } = await register({ status: 200, body });
    expect(registered).toMatchObject({
      ok: true,
      value: { tokenEndpointAuthMethod: 'client_secret_post', clientSecretExpiresAt: 1_800_000_000_000 },
    });
    if (!registered.ok) return;
    expect(registered.value.clientSecret?.reveal()).toBe('s3cret');
    expect(JSON.stringify(registered)).not.toContain('s3cret');
  });

  it.each<[string, object, readonly string[] | undefined, string, boolean]>([
    ['a secret without a method', { client_secret: 's' }, undefined, 'client_secret_basic', true],
    [
      'a secret without a method, post supported',
      { client_secret: 's' },
      ['client_secret_post'],
      'client_secret_post',
      true,
    ],
    [
      'a secret beside the method none',
      { client_secret: 's', token_endpoint_auth_method: 'none' },
      undefined,
      'none',
      false,
    ],
    [
      'a secret that never ends',
      { client_secret: 's', client_secret_expires_at: 0 },
      undefined,
      'client_secret_basic',
      true,
    ],
    [
      'empty members',
      { client_secret: '', client_secret_expires_at: null, redirect_uris: null },
      undefined,
      'none',
      false,
    ],
  ])('R2 understands %s', async (_title, more, supported, method, hasSecret) => {
    const { registered } = await register({ status: 201, body: { client_id: 'c1', ...more } }, supported);
    expect(registered).toMatchObject({ ok: true, value: { clientId: 'c1', tokenEndpointAuthMethod: method } });
    if (!registered.ok) return;
    expect(registered.value.clientSecret !== undefined).toBe(hasSecret);
    expect(registered.value.clientSecretExpiresAt).toBeUndefined();
  });

  it.each([
    ['a method that is not spoken here', { token_endpoint_auth_method: 'private_key_jwt' }, /private_key_jwt/],
    ['a secret method without a secret', { token_endpoint_auth_method: 'client_secret_basic' }, /gave none/],
    ['R5 a redirect address that is none', { redirect_uris: ['127.0.0.1'] }, /redirect address/],
    ['R5 a redirect address on another machine', { redirect_uris: ['https://as.example/oauth/callback'] }, /redirect/],
    ['R5 another redirect address', { redirect_uris: ['http://127.0.0.1:7717/other'] }, /redirect address/],
    ['a secret that has ended', { client_secret: 's', client_secret_expires_at: 1 }, /expired/],
  ])('refuses an answer with %s', async (_title, more, detail) => {
    const { registered } = await register({ status: 201, body: { client_id: 'c1', ...more } });
    expect(registered).toMatchObject({
      ok: false,
      problem: { code: 'registration-refused', status: 201, detail: expect.stringMatching(detail) },
    });
  });

  it('R5 lets a server set the port of a loopback address aside (RFC 8252 7.3)', async () => {
    for (const listed of ['http://127.0.0.1/oauth/callback', 'http://127.0.0.1:1/oauth/callback']) {
      const { registered } = await register({ status: 201, body: { client_id: 'c1', redirect_uris: [listed] } });
      expect(registered).toMatchObject({ ok: true, value: { redirectUris: [REDIRECT_URI] } });
    }
  });

  it.each<[string, Answer, string]>([
    [
      "the server's own words",
      { status: 400, body: { error: 'invalid_redirect_uri', error_description: 'No\nloopback here.' } },
      'invalid_redirect_uri: No loopback here.',
    ],
    ['a page', { status: 403, body: '<html>Forbidden</html>' }, 'the server answered 403'],
    ['an empty object', { status: 401, body: {} }, 'the server answered 401'],
  ])('R1 scenario 6: a refusal carries %s', async (_title, answer, detail) => {
    const { registered, server } = await register(answer);
    expect(registered).toEqual({
      ok: false,
      problem: { code: 'registration-refused', issuer: server.origin, status: answer.status, detail },
    });
  });

  it.each<[string, Answer, object]>([
    [
      '503',
      { status: 503, headers: { 'retry-after': '5' } },
      { code: 'server-error', status: 503, retryAfterMs: 5000 },
    ],
    ['429', { status: 429, body: { error: 'slow_down' } }, { code: 'server-error', status: 429 }],
    ['a page with 200', { body: '<html>hotel</html>' }, { code: 'bad-answer', status: 200 }],
    ['no client id', { status: 201, body: {} }, { code: 'bad-answer', status: 201 }],
    ['a redirect', { status: 302, headers: { location: '/elsewhere' } }, { code: 'bad-answer', status: 302 }],
  ])('does not take %s for a refusal', async (_title, answer, problem) => {
    const { registered, server } = await register(answer);
    expect(registered).toMatchObject({ ok: false, problem });
    expect(server.lines()).toEqual(['POST /register']);
  });

  it('R1 says that the server offers no registration', async () => {
    const { registrationEndpoint: _none, ...authorizationServer } = serverAt('https://as.example');
    expect(await registerClient({ authorizationServer, redirectUri: REDIRECT_URI }, http, NOW)).toEqual({
      ok: false,
      problem: { code: 'registration-unavailable', issuer: 'https://as.example' },
    });
  });

  it('F5 sends nothing to an unsafe endpoint', async () => {
    const authorizationServer = serverAt('https://as.example', { registrationEndpoint: 'http://as.example/register' });
    expect(await registerClient({ authorizationServer, redirectUri: REDIRECT_URI }, http, NOW)).toMatchObject({
      ok: false,
      problem: { code: 'unsafe-url', what: 'registration_endpoint' },
    });
  });
});

describe('configuredRegistration', () => {
  const clientSecret = new Secret('s');

  it.each([
    [undefined, 'client_secret_basic'],
    [['client_secret_basic', 'client_secret_post'], 'client_secret_basic'],
    [['client_secret_post', 'none'], 'client_secret_post'],
  ])('R1 with a secret and the methods %j authenticates by %s', (supported, method) => {
    const server = serverAt('https://as.example', supported ? { tokenEndpointAuthMethodsSupported: supported } : {});
    expect(configuredRegistration({ clientId: 'mine', clientSecret }, server)).toEqual({
      clientId: 'mine',
      clientSecret,
      tokenEndpointAuthMethod: method,
      redirectUris: [],
      how: 'configured',
    });
  });

  it('R1 without a secret is a public client', () => {
    expect(configuredRegistration({ clientId: 'mine' }, serverAt('https://as.example'))).toEqual({
      clientId: 'mine',
      tokenEndpointAuthMethod: 'none',
      redirectUris: [],
      how: 'configured',
    });
  });
});
