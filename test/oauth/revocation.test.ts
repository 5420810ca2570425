import { afterAll, describe, expect, it } from 'vitest';
import { createHttp } from '../../src-main/adapters/http.ts';
import { Secret } from '../../src-main/engine/model/secret.ts';
import { revokeToken } from '../../src-main/engine/oauth/revocation.ts';
import { type Answer, startAnsweringServer } from './answering-server.ts';
import { publicClient, serverAt } from './clients.ts';

const http = createHttp();
afterAll(() => http.close());

async function revoke(answer: Answer) {
  const server = await startAnsweringServer();
  server.answer('POST /revoke', answer);
  const revoked = await revokeToken(
    {
      authorizationServer: serverAt(server.origin),
      client: publicClient(),
      token: new Secret('rt-1'),
      kind: 'refresh_token',
    },
    http,
  );
  return { revoked, server };
}

describe('revokeToken', () => {
  it('T6 sends the token with its kind', async () => {
    const { revoked, server } = await revoke({ status: 200, body: '' });
    expect(revoked).toEqual({ ok: true, value: undefined });
    expect(Object.fromEntries(server.received[0]?.form ?? [])).toEqual({
      token: 'rt-1',
      token_type_hint: 'refresh_token',
      client_id: 'client-1',
    });
  });

  it.each<[string, Answer, object]>([
    [
      'a refusal',
      { status: 400, body: { error: 'unsupported_token_type' } },
      { code: 'token-endpoint-error', error: 'unsupported_token_type' },
    ],
    ['503', { status: 503, headers: { 'retry-after': '9' } }, { code: 'server-error', retryAfterMs: 9000 }],
    ['a redirect', { status: 302, headers: { location: '/' } }, { code: 'bad-answer' }],
  ])('tells %s', async (_title, answer, problem) => {
    expect((await revoke(answer)).revoked).toMatchObject({ ok: false, problem });
  });

  it.each([
    [
      'T6 F5 a token goes to no endpoint that is neither https nor on this machine',
      'http://as.example/revoke',
      'unsafe-url',
    ],
    ['T6 nobody there', 'http://127.0.0.1:1/revoke', 'network-unreachable'],
  ])('%s', async (_title, revocationEndpoint, code) => {
    const authorizationServer = serverAt('https://as.example', { revocationEndpoint });
    const token = new Secret('x');
    const revoked = await revokeToken(
      { authorizationServer, client: publicClient(), token, kind: 'access_token' },
      http,
    );
    expect(revoked).toMatchObject({ ok: false, problem: { code } });
  });

  it('says that the server offers no revocation', async () => {
    const { revocationEndpoint: _none, ...authorizationServer } = serverAt('https://as.example');
    const revoked = await revokeToken(
      { authorizationServer, client: publicClient(), token: new Secret('x'), kind: 'access_token' },
      http,
    );
    expect(revoked).toMatchObject({ ok: false, problem: { missing: 'revocation_endpoint' } });
  });
});
