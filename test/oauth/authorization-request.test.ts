import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { buildAuthorizationRequest } from '../../src-main/engine/oauth/authorization-request.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { publicClient, REDIRECT_URI, serverAt } from './clients.ts';

const input = {
  authorizationServer: serverAt('https://as.example'),
  client: publicClient(),
  redirectUri: REDIRECT_URI,
  resource: 'https://mcp.example.com/mcp',
  scope: 'a offline_access',
  consent: true,
};

async function build(more: Partial<Parameters<typeof buildAuthorizationRequest>[0]>) {
  const built = await buildAuthorizationRequest({ ...input, ...more }, createSeededRandom());
  if (!built.ok) throw new Error(built.problem.code);
  return { ...built.value, url: new URL(built.value.url) };
}

describe('buildAuthorizationRequest', () => {
  it('says that the server has no page to sign in at', async () => {
    const { authorizationEndpoint: _none, ...authorizationServer } = input.authorizationServer;
    const built = await buildAuthorizationRequest({ ...input, authorizationServer }, createSeededRandom());
    expect(built).toMatchObject({ ok: false, problem: { missing: 'authorization_endpoint' } });
  });

  it('F5 builds no address that is too long to be opened', async () => {
    const additional = { claims: 'x'.repeat(9000) };
    const built = await buildAuthorizationRequest({ ...input, additional }, createSeededRandom());
    expect(built).toMatchObject({ ok: false, problem: { code: 'unsafe-url' } });
  });

  it('D9 adds configured parameters, also another prompt, and lets none replace one of its own', async () => {
    const additional = { access_type: 'offline', prompt: 'select_account', state: 's', code_challenge_method: 'plain' };
    const { url, state } = await build({ additional });
    expect(url.searchParams.getAll('access_type')).toEqual(['offline']);
    expect(url.searchParams.getAll('prompt')).toEqual(['select_account']);
    expect(url.searchParams.getAll('state')).toEqual([state.reveal()]);
    expect(url.searchParams.getAll('code_challenge_method')).toEqual(['S256']);
  });

  it('F1 F2 F4 S2 sends S256, a fresh state, the resource and consent, each once', async () => {
    const { url, state, verifier } = await build({});
    expect(`${url.origin}${url.pathname}`).toBe('https://as.example/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'client-1',
      redirect_uri: REDIRECT_URI,
      state: state.reveal(),
      code_challenge: createHash('sha256').update(verifier.reveal()).digest('base64url'),
      code_challenge_method: 'S256',
      resource: 'https://mcp.example.com/mcp',
      scope: 'a offline_access',
      prompt: 'consent',
    });
    expect([...url.searchParams]).toHaveLength(9);
    expect(state.reveal()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('F2 never makes the same state or verifier twice', async () => {
    const random = createSeededRandom();
    const first = await buildAuthorizationRequest(input, random);
    const second = await buildAuthorizationRequest(input, random);
    if (!first.ok || !second.ok) throw new Error('not built');
    expect(second.value.state.equals(first.value.state)).toBe(false);
    expect(second.value.verifier.equals(first.value.verifier)).toBe(false);
  });

  it('S1 F4 leaves out what there is not: scope, prompt, an empty resource', async () => {
    const { url } = await build({ scope: '', consent: false, resource: '' });
    for (const name of ['scope', 'prompt', 'resource']) expect(url.searchParams.has(name)).toBe(false);
  });

  it("keeps the endpoint's own query (RFC 6749 3.1)", async () => {
    const authorizationServer = serverAt('https://as.example', {
      authorizationEndpoint: 'https://as.example/authorize?tenant=1',
    });
    const { url } = await build({ authorizationServer });
    expect(url.searchParams.get('tenant')).toBe('1');
    expect(url.searchParams.get('client_id')).toBe('client-1');
  });

  it('F5 builds for plain http on loopback', async () => {
    expect((await build({ authorizationServer: serverAt('http://127.0.0.1:9000') })).url.protocol).toBe('http:');
  });

  it.each(['file:///etc/passwd', 'javascript:alert(1)', 'http://as.example/authorize', '--flag', '\\\\host\\share'])(
    'F5 scenario 40: builds nothing for %s',
    async (authorizationEndpoint) => {
      const authorizationServer = serverAt('https://as.example', { authorizationEndpoint });
      const built = await buildAuthorizationRequest({ ...input, authorizationServer }, createSeededRandom());
      expect(built).toMatchObject({ ok: false, problem: { code: 'unsafe-url', what: 'authorization_endpoint' } });
    },
  );
});
