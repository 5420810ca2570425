import { afterEach, describe, expect, it } from 'vitest';
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  startAuthorizationServer,
} from './authorization-server.ts';
import { plainClient, REDIRECT_URI, registration } from './plain-client.ts';
import { signIn } from './sign-in.ts';

const running: AuthorizationServer[] = [];

async function start(options?: AuthorizationServerOptions): Promise<AuthorizationServer> {
  const server = await startAuthorizationServer(options);
  running.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

const RESOURCE = 'http://127.0.0.1:9/mcp';

async function metadata(server: AuthorizationServer, place = 'oauth-authorization-server') {
  const response = await fetch(`${new URL(server.issuer).origin}/.well-known/${place}`);
  return { status: response.status, json: response.ok ? ((await response.json()) as Record<string, unknown>) : {} };
}

describe('the test authorization server, well-behaved', () => {
  it('registers a client, signs testuser in, and issues a token for the resource with a refresh token', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    const tokens = await client.login({ resource: RESOURCE });
    expect(tokens.status).toBe(200);
    expect(tokens.json).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'mcp' });
    expect(tokens.refreshToken).not.toBe('');
    expect(await server.introspect(tokens.accessToken)).toEqual({
      clientId: client.clientId,
      scopes: ['mcp'],
      audience: [RESOURCE],
    });
    expect(server.counts).toMatchObject({ registrations: 1, authorizations: 1, codeExchanges: 1, refreshes: 0 });
  });

  it('serves complete metadata, with its own issuer, and iss in the authorization answer', async () => {
    const server = await start();
    const { json } = await metadata(server);
    expect(json).toMatchObject({
      issuer: server.issuer,
      registration_endpoint: `${server.issuer}/register`,
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
    });
    expect((await (await plainClient(server.issuer)).authorize()).get('iss')).toBe(server.issuer);
  });

  it('rotates refresh tokens, and counts one refresh', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    const first = await client.login({ resource: RESOURCE });
    const [noticed, second] = await Promise.all([server.nextRefresh(), client.refresh(first.refreshToken)]);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect((await server.introspect(second.accessToken))?.audience).toEqual([RESOURCE]);
    expect(noticed).toMatchObject({ kind: 'refresh', ok: true, status: 200, clientId: client.clientId });
    expect(server.counts).toMatchObject({ refreshes: 1, refreshAttempts: 1 });
  });

  it('ends the whole grant when a rotated refresh token is used again', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    const first = await client.login();
    const second = await client.refresh(first.refreshToken);
    expect((await client.refresh(first.refreshToken)).json.error).toBe('invalid_grant');
    expect((await client.refresh(second.refreshToken)).json.error).toBe('invalid_grant');
    expect(await server.introspect(second.accessToken)).toBeUndefined();
    expect(server.counts).toMatchObject({ refreshes: 1, refreshAttempts: 3 });
  });

  it('revokes', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    const tokens = await client.login();
    expect(await client.revoke(tokens.refreshToken)).toBe(200);
    expect((await client.refresh(tokens.refreshToken)).json.error).toBe('invalid_grant');
    expect(server.counts.revocations).toBe(1);
  });

  it('knows pre-registered clients with client_secret_basic', async () => {
    const server = await start({
      clients: [{ client_id: 'known', client_secret: 'known-secret', redirect_uris: [REDIRECT_URI] }],
    });
    const client = await plainClient(server.issuer, { clientId: 'known', secret: 'known-secret' });
    expect((await client.login()).status).toBe(200);
    const stranger = await plainClient(server.issuer, { clientId: 'known', secret: 'wrong' });
    expect((await stranger.refresh('anything')).json.error).toBe('invalid_client');
    expect(server.log.at(-1)).toMatchObject({ clientId: 'known', ok: false, error: 'invalid_client' });
  });

  it('holds no token, code or secret in its log', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    const first = await client.login();
    const second = await client.refresh(first.refreshToken);
    const written = JSON.stringify(server.log);
    for (const { accessToken, refreshToken } of [first, second]) {
      expect(written).not.toContain(accessToken);
      expect(written).not.toContain(refreshToken);
    }
  });

  it('D4 has an issuer with a path, its metadata at all three places', async () => {
    const server = await start({ issuerPath: '/tenant' });
    const origin = new URL(server.issuer).origin;
    for (const path of [
      '/.well-known/oauth-authorization-server/tenant',
      '/.well-known/openid-configuration/tenant',
      '/tenant/.well-known/openid-configuration',
    ]) {
      expect(await (await fetch(`${origin}${path}`)).json()).toMatchObject({
        issuer: `${origin}/tenant`,
        token_endpoint: `${origin}/tenant/token`,
      });
    }
    expect((await (await plainClient(server.issuer)).login()).status).toBe(200);
  });
});

describe('the sign-in script', () => {
  it('refuses, and gives a wrong password, as a person would', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    const refused = await signIn(client.authorizationUrl(), { refuse: true, stopBeforeCallback: true });
    expect(new URL(refused.callbackUrl ?? '').searchParams.get('error')).toBe('access_denied');
    const wrong = await signIn(client.authorizationUrl(), { password: 'wrong' });
    expect(wrong).toMatchObject({ status: 401, callbackUrl: undefined });
    expect(wrong.body).toContain('Wrong username or password.');
  });
});

describe('the switches of the token endpoint', () => {
  it('refuses refreshes as often as it is told, and consumes nothing', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    const { refreshToken } = await client.login();
    server.refuseRefresh('invalid_grant', { times: 1 });
    expect(await client.refresh(refreshToken)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    expect((await client.refresh(refreshToken)).status).toBe(200);
    server.refuseCodeExchange('server_error', { status: 500 });
    expect((await client.login()).status).toBe(500);
    server.behave();
    expect((await client.login()).status).toBe(200);
  });

  it('fails with a status, Retry-After and HTML, then works again', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    const { refreshToken } = await client.login();
    server.failTokenEndpoint({ status: 503, times: 2, retryAfterS: 7 });
    const failed = await client.refresh(refreshToken);
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '7']);
    expect((await client.refresh(refreshToken)).status).toBe(503);
    server.failTokenEndpoint({ status: 502, times: 1, html: true });
    expect((await client.refresh(refreshToken)).text).toContain('<h1>');
    expect((await client.refresh(refreshToken)).status).toBe(200);
    expect(server.counts).toMatchObject({ refreshAttempts: 4, refreshes: 1 });
  });

  it('loses the answer of a refresh after the rotation', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    const { refreshToken } = await client.login();
    server.loseNextRefreshAnswer();
    const noticed = server.nextRefresh();
    await expect(client.refresh(refreshToken)).rejects.toThrow();
    expect(await noticed).toMatchObject({ ok: true, answerLost: true });
    expect((await client.refresh(refreshToken)).json.error).toBe('invalid_grant');
  });

  it('tells every code and token that went out, for who has to know what is secret', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    const login = await client.login();
    const renewed = await client.refresh(login.refreshToken);
    const secrets = server.issued().map(({ kind, secret }) => `${kind} ${secret}`);
    expect(secrets).toEqual([
      expect.stringMatching(/^code [\w-]{43}$/),
      `accessToken ${login.json.access_token}`,
      `refreshToken ${login.refreshToken}`,
      `accessToken ${renewed.json.access_token}`,
      `refreshToken ${renewed.json.refresh_token}`,
    ]);
  });

  it('forgives the use of a rotated refresh token within the grace', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    server.reuseGraceS(10);
    const { refreshToken } = await client.login();
    server.loseNextRefreshAnswer();
    await expect(client.refresh(refreshToken)).rejects.toThrow();
    expect((await client.refresh(refreshToken)).status).toBe(200);
    server.reuseGraceS(0);
    expect((await client.refresh(refreshToken)).json.error).toBe('invalid_grant');
  });

  it('hangs until it is told to go on, and forgets who gave up', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    const { refreshToken } = await client.login();
    server.hangTokenEndpoint();
    const impatient = new AbortController();
    const arrived = server.until(({ refreshAttempts }) => refreshAttempts === 1);
    const givenUp = fetch(`${server.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        client_id: client.clientId,
      }),
      signal: impatient.signal,
    });
    await arrived;
    const ended = server.nextRefreshAttempt();
    impatient.abort();
    await expect(givenUp).rejects.toThrow();
    expect(await ended).toMatchObject({ ok: false });
    const patient = client.refresh(refreshToken);
    await server.until(({ refreshAttempts }) => refreshAttempts === 2);
    server.resumeTokenEndpoint();
    expect((await patient).status).toBe(200);
  });

  it('leaves out expires_in, sends it as it is told, answers 201 and omits members', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    server.leaveOutExpiresIn();
    expect((await client.login()).json).not.toHaveProperty('expires_in');
    server.expiresInAs('3600');
    expect((await client.login()).json.expires_in).toBe('3600');
    server.answerTokenWith({ status: 201, token_type: 'bEARER', scope: null });
    const sloppy = await client.login();
    expect([sloppy.status, sloppy.json.token_type]).toEqual([201, 'bEARER']);
    expect(sloppy.json).not.toHaveProperty('scope');
  });

  it('changes lifetimes, rotation and the issuing of refresh tokens while it runs', async () => {
    const server = await start({ behaviour: { accessTokenTtlS: 30 } });
    const client = await plainClient(server.issuer);
    const first = await client.login({ resource: RESOURCE });
    expect(first.json.expires_in).toBe(30);
    server.accessTokensLiveS(5);
    server.rotateRefreshTokens(false);
    const second = await client.refresh(first.refreshToken);
    expect(second.json).toMatchObject({ expires_in: 5, refresh_token: first.refreshToken });
    server.issueNoRefreshToken();
    expect((await client.login()).json).not.toHaveProperty('refresh_token');
  });

  it('ends access tokens, refresh tokens or whole grants', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    const first = await client.login();
    server.endAccessTokens();
    expect(await server.introspect(first.accessToken)).toBeUndefined();
    const second = await client.refresh(first.refreshToken);
    server.endRefreshTokens();
    expect((await client.refresh(second.refreshToken)).json.error).toBe('invalid_grant');
    expect(await server.introspect(second.accessToken)).toBeDefined();
    server.endGrants();
    expect(await server.introspect(second.accessToken)).toBeUndefined();
    server.forgetClients();
    expect((await client.refresh(second.refreshToken)).json.error).toBe('invalid_client');
  });

  it('answers late', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    server.slowBy(80);
    const before = performance.now();
    await client.refresh('anything');
    expect(performance.now() - before).toBeGreaterThan(70);
  });
});

describe('the switches of the rest', () => {
  it('requires PKCE and the resource, as it is told', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    const plain = { code_challenge: null, code_challenge_method: null };
    expect((await client.authorize(plain)).get('error')).toBe('invalid_request');
    server.requireResource();
    expect((await client.authorize()).get('error')).toBe('invalid_target');
    const first = await client.login({ resource: RESOURCE });
    expect(first.status).toBe(200);
    expect((await client.refresh(first.refreshToken)).json.error).toBe('invalid_target');
    expect((await client.refresh(first.refreshToken, { resource: RESOURCE })).status).toBe(200);
  });

  it('does without PKCE where it is not required', async () => {
    const server = await start({
      clients: [{ client_id: 'known', client_secret: 'known-secret', redirect_uris: [REDIRECT_URI] }],
    });
    server.requirePkce(false);
    const client = await plainClient(server.issuer, { clientId: 'known', secret: 'known-secret' });
    expect((await client.authorize({ code_challenge: null, code_challenge_method: null })).has('code')).toBe(true);
  });

  it('refuses registrations, or offers none, and changes what it answers to them', async () => {
    const server = await start();
    server.changeRegistration({ client_secret_expires_at: 7 });
    expect(await (await registration(server.issuer)).json()).toMatchObject({ client_secret_expires_at: 7 });
    server.refuseRegistration({ times: 1, description: 'Ask the office' });
    const refused = await registration(server.issuer);
    expect([refused.status, await refused.json()]).toEqual([
      403,
      { error: 'access_denied', error_description: 'Ask the office' },
    ]);
    expect((await registration(server.issuer)).status).toBe(201);
    server.offerNoRegistration();
    expect((await registration(server.issuer)).status).toBe(404);
    expect((await metadata(server)).json).not.toHaveProperty('registration_endpoint');
    expect(server.counts.registrations).toBe(2);
  });

  it('sends authorization errors, and another or no iss', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    server.refuseAuthorization('temporarily_unavailable', { times: 1, description: 'Later' });
    const refused = await client.authorize();
    expect(Object.fromEntries(refused)).toEqual({
      error: 'temporarily_unavailable',
      error_description: 'Later',
      state: 'state-of-the-test',
      iss: server.issuer,
    });
    server.sendWrongIss('https://wrong.example');
    expect((await client.authorize()).get('iss')).toBe('https://wrong.example');
    server.sendNoIss();
    const bare = await client.authorize();
    expect([bare.has('code'), bare.has('iss')]).toEqual([true, false]);
    expect(server.counts.authorizations).toBe(3);
  });

  it('serves its metadata at one place or none, and lies in it', async () => {
    const server = await start();
    server.metadataAt('openid-configuration');
    expect((await metadata(server)).status).toBe(404);
    expect((await metadata(server, 'openid-configuration')).status).toBe(200);
    server.metadataAt();
    expect((await metadata(server, 'openid-configuration')).status).toBe(404);
    server.behave();
    server.lieAboutIssuer('https://wrong.example');
    server.changeMetadata({ code_challenge_methods_supported: null });
    const { json } = await metadata(server);
    expect(json.issuer).toBe('https://wrong.example');
    expect(json).not.toHaveProperty('code_challenge_methods_supported');
  });

  it('dies, and comes back on the same port with all that it issued', async () => {
    const server = await start();
    const client = await plainClient(server.issuer);
    const { refreshToken } = await client.login();
    await server.die();
    await expect(client.refresh(refreshToken)).rejects.toThrow();
    await server.revive();
    expect((await client.refresh(refreshToken)).status).toBe(200);
    server.resetCounts();
    expect([server.counts.refreshes, server.log.length]).toEqual([0, 0]);
  });
});
