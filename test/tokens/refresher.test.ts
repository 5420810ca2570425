import { describe, expect, it } from 'vitest';
import { fail, ok, type Result } from '../../src-main/engine/model/result.ts';
import { Secret } from '../../src-main/engine/model/secret.ts';
import type { Http, HttpRequest, HttpResponse } from '../../src-main/engine/ports.ts';
import { Refresher } from '../../src-main/engine/tokens/refresher.ts';
import { settle } from '../fakes/manual-clock.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { ISSUER, loginWith, openStore, refreshTokenOf, storedRefreshTokens } from './logins.ts';

const S = 'linear';

function answer(status: number, body: unknown): Result<HttpResponse> {
  return ok({
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    url: `${ISSUER}/token`,
  });
}

const granted = (name: string) =>
  answer(200, { access_token: `a-${name}`, refresh_token: `r-${name}`, token_type: 'Bearer', expires_in: 3600 });
const broken = answer(500, {});
const invalidGrant = answer(400, { error: 'invalid_grant' });
const lost = fail({ code: 'network-unreachable', host: 'as.example', sent: true });

/** A refresher whose authorization server is the test: each request waits until it is answered. */
async function open(first = '1') {
  const parts = openStore();
  await parts.store.saveNewGrant(S, loginWith(first), parts.store.ticket(S));
  const waiting: { request: HttpRequest; reply: (result: Result<HttpResponse>) => void }[] = [];
  const sent: HttpRequest[] = [];
  const http: Http = {
    send: (request) =>
      new Promise((resolve) => {
        sent.push(request);
        waiting.push({ request, reply: resolve });
      }),
  };
  const refresher = new Refresher({ ...parts, http, random: createSeededRandom() });
  const reply = async (result: Result<HttpResponse>): Promise<HttpRequest> => {
    await settle();
    const next = waiting.shift();
    if (!next) throw new Error('nobody asks');
    next.reply(result);
    await settle();
    return next.request;
  };
  return { ...parts, refresher, sent, reply, refresh: () => refresher.refresh(S, 'due').outcome };
}

describe('the refresher', () => {
  it('21 has one flight for each server; whoever comes joins it', async () => {
    const { refresher, reply, sent, logger, store } = await open();
    const flights = Array.from({ length: 50 }, () => refresher.refresh(S, 'expired'));
    expect(new Set(flights).size).toBe(1);
    await reply(granted('2'));
    for (const { outcome } of flights) expect(await outcome).toEqual({ kind: 'renewed' });
    expect(sent).toHaveLength(1);
    expect(refreshTokenOf(store.current(S))).toBe('r-2');
    expect(refresher.flight(S)).toBeUndefined();
    const id = flights[0]?.correlationId;
    expect(logger.of('refresh.joined')).toHaveLength(49);
    for (const line of logger.of('refresh.joined')) expect(line.fields.correlationId).toBe(id);
  });

  it('24 T2 waits for a login that is on its way to the vault: the one before it may have been rotated', async () => {
    const { refresh, reply, sent, store, vault } = await open();
    const first = refresh();
    await settle();
    const letRegistrationBeStored = vault.holdWrites();
    const seen = store.current(S) ?? loginWith('1');
    const nextClient = { ...seen.client, clientId: 'next' };
    const registering = store.saveRegistration(S, { ...seen, nextClient }, store.ticket(S));
    await settle();
    await reply(granted('2'));
    const saving = store.saveNewGrant(S, loginWith('login'), store.ticket(S));
    const release = vault.holdWrites();
    letRegistrationBeStored();
    await registering;
    expect(await first).toEqual({ kind: 'replaced' });
    const second = refresh();
    await settle();
    expect(sent).toHaveLength(1);
    release();
    await saving;
    await reply(granted('3'));
    expect(await second).toEqual({ kind: 'renewed' });
    expect(new URLSearchParams(sent[1]?.body).get('refresh_token')).toBe('r-login');
  });

  it('O1 makes three attempts, at 0, 1 and 2 s, and says why it failed', async () => {
    const { refresh, reply, sent, clock, logger } = await open();
    const begun = clock.now();
    const at: number[] = [];
    const outcome = refresh();
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await reply(broken);
      at.push(clock.now() - begun);
      await clock.advance(attempt * 1000);
    }
    expect(await outcome).toMatchObject({ kind: 'failed', problem: { code: 'server-error', status: 500 } });
    expect(at).toEqual([0, 1000, 3000]);
    expect(sent).toHaveLength(3);
    expect(logger.of('refresh.attempt').map(({ fields }) => fields.attempt)).toEqual([1, 2, 3]);
    expect(logger.of('refresh.attempt-failed')).toHaveLength(3);
    expect(clock.pendingAlarms).toEqual([]);
  });

  it('19 asks again at once when an answer was lost, with the same token, and then judges', async () => {
    const { refresh, reply, sent, clock } = await open();
    const begun = clock.now();
    const outcome = refresh();
    await reply(lost);
    await reply(granted('2'));
    expect(await outcome).toEqual({ kind: 'renewed' });
    expect(clock.now()).toBe(begun);
    expect(sent.map(({ body }) => new URLSearchParams(body).get('refresh_token'))).toEqual(['r-1', 'r-1']);
  });

  it('19 a lost answer whose token was consumed ends the login, without a loop', async () => {
    const { refresh, reply, sent } = await open();
    const outcome = refresh();
    await reply(lost);
    await reply(invalidGrant);
    expect(await outcome).toEqual({ kind: 'ended', why: 'invalid-grant' });
    expect(sent).toHaveLength(2);
  });

  it('15 invalid_grant reads the store again once; unchanged, the tokens go and the registration stays', async () => {
    const { refresh, reply, store, vault } = await open();
    const before = vault.reads;
    const outcome = refresh();
    await reply(invalidGrant);
    expect(await outcome).toEqual({ kind: 'ended', why: 'invalid-grant' });
    expect(vault.reads - before).toBe(1);
    expect(store.current(S)?.tokens).toBeUndefined();
    expect(store.current(S)?.client.clientId).toBe('c');
    expect(storedRefreshTokens(vault)).toEqual([]);
  });

  it('15 invalid_grant with a newer token in the store: taken over and used', async () => {
    const { refresh, reply, vault, sent, store } = await open();
    const [key = ''] = vault.values.keys();
    vault.values.set(key, (vault.values.get(key) ?? '').replace('r-1', 'r-other').replace('a-1', 'a-other'));
    const outcome = refresh();
    await reply(invalidGrant);
    await reply(granted('3'));
    expect(await outcome).toEqual({ kind: 'renewed' });
    expect(new URLSearchParams(sent[1]?.body).get('refresh_token')).toBe('r-other');
    expect(refreshTokenOf(store.current(S))).toBe('r-3');
  });

  it('28 invalid_grant while the vault is locked ends nothing', async () => {
    const { refresh, reply, vault, store } = await open();
    vault.lock();
    const outcome = refresh();
    await reply(invalidGrant);
    expect(await outcome).toEqual({ kind: 'failed', problem: { code: 'vault-locked' } });
    expect(refreshTokenOf(store.current(S))).toBe('r-1');
  });

  it('28 invalid_grant while the vault cannot be read ends nothing', async () => {
    const { refresh, reply, vault, store } = await open();
    Object.assign(vault, { get: async () => ({ kind: 'unavailable', detail: 'no answer' }) });
    const outcome = refresh();
    await reply(invalidGrant);
    expect(await outcome).toEqual({ kind: 'failed', problem: { code: 'vault-unavailable', detail: 'no answer' } });
    expect(refreshTokenOf(store.current(S))).toBe('r-1');
  });

  it('15 invalid_grant with a newer token in the store each time: tried three times, then as a failure, not for ever', async () => {
    const { refresh, reply, vault, sent, store } = await open();
    const [key = ''] = vault.values.keys();
    const outcome = refresh();
    for (const other of ['2', '3', '4']) {
      const record = vault.values.get(key) ?? '';
      vault.values.set(key, record.replace(/"r-\d"/, `"r-${other}"`));
      await reply(invalidGrant);
    }
    expect(await outcome).toMatchObject({ kind: 'failed', problem: { error: 'invalid_grant' } });
    expect(sent).toHaveLength(3);
    expect(refreshTokenOf(store.current(S))).toBe('r-4');
  });

  it('24 an access token without a refresh token that arrives after a sign-out is revoked too', async () => {
    const { refresh, reply, sent, store } = await open();
    const outcome = refresh();
    await settle();
    await store.forget(S);
    await reply(answer(200, { access_token: 'a-2', token_type: 'Bearer' }));
    await reply(answer(200, {}));
    expect(await outcome).toEqual({ kind: 'discarded' });
    expect(Object.fromEntries(new URLSearchParams(sent[1]?.body))).toMatchObject({
      token: 'a-2',
      token_type_hint: 'access_token',
    });
  });

  it('15 invalid_grant ends nothing for a client that signs in for itself: no grant of a person stands behind it', async () => {
    const { refresher, reply, store, clock } = await open();
    const client = {
      ...loginWith('1').client,
      clientSecret: new Secret('s'),
      tokenEndpointAuthMethod: 'client_secret_post' as const,
    };
    const { refreshToken: _none, ...tokens } = loginWith('1').tokens ?? { accessToken: new Secret('a'), obtainedAt: 0 };
    await store.saveNewGrant(S, loginWith(undefined, { client, tokens, clientCredentials: {} }), store.ticket(S));
    const { outcome } = refresher.refresh(S, 'due');
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await reply(invalidGrant);
      await clock.advance(attempt * 1000);
    }
    expect(await outcome).toMatchObject({ kind: 'failed', problem: { error: 'invalid_grant' } });
    expect(store.current(S)?.tokens).toBeDefined();
  });

  it('13 an older record in the vault is not gone back to while the newest is unsaved', async () => {
    const { refresh, reply, vault, store } = await open();
    vault.failNextWrite();
    let outcome = refresh();
    await reply(granted('2'));
    await outcome;
    outcome = refresh();
    await reply(invalidGrant);
    expect(await outcome).toEqual({ kind: 'ended', why: 'invalid-grant' });
    expect(refreshTokenOf(store.current(S))).toBeUndefined();
  });

  it('24 a sign-out while the store is read again after invalid_grant brings nothing back', async () => {
    const { refresh, reply, vault, store } = await open();
    const [key = ''] = vault.values.keys();
    vault.values.set(key, (vault.values.get(key) ?? '').replace('r-1', 'r-other'));
    const read = vault.get;
    const signedOut: Promise<unknown>[] = [];
    Object.assign(vault, {
      get: async (asked: string) => {
        const found = await read(asked);
        signedOut.push(store.forget(S));
        return found;
      },
    });
    const outcome = refresh();
    await reply(invalidGrant);
    await Promise.all(signedOut);
    expect(signedOut).toHaveLength(1);
    expect(await outcome).toEqual({ kind: 'discarded' });
    expect(store.current(S)).toBeUndefined();
    expect(vault.values.size).toBe(0);
  });

  it('24 15 a login that comes while the store is read again after invalid_grant stays', async () => {
    const { refresh, reply, vault, store } = await open();
    const read = vault.get;
    Object.assign(vault, {
      get: async (asked: string) => {
        const found = await read(asked);
        await store.saveNewGrant(S, loginWith('login'), store.ticket(S));
        return found;
      },
    });
    const outcome = refresh();
    await reply(invalidGrant);
    expect(await outcome).toEqual({ kind: 'replaced' });
    expect([refreshTokenOf(store.current(S)), storedRefreshTokens(vault)]).toEqual(['r-login', ['r-login']]);
  });

  it('24 what arrives after a sign-out is revoked, not stored', async () => {
    const { refresh, reply, vault, store } = await open();
    const outcome = refresh();
    await settle();
    await store.forget(S);
    await reply(granted('2'));
    const revocation = await reply(answer(200, {}));
    expect(revocation.url).toBe(`${ISSUER}/revoke`);
    expect(new URLSearchParams(revocation.body).get('token')).toBe('r-2');
    expect(await outcome).toEqual({ kind: 'discarded' });
    expect(vault.values.size).toBe(0);
  });

  it('24 a login that came meanwhile stays', async () => {
    const { refresh, reply, store, vault } = await open();
    const outcome = refresh();
    await settle();
    await store.saveNewGrant(S, loginWith('login'), store.ticket(S));
    await reply(granted('2'));
    expect(await outcome).toEqual({ kind: 'replaced' });
    expect(storedRefreshTokens(vault)).toEqual(['r-login']);
  });

  it('keeps the old refresh token, scope and resource when the server sends none', async () => {
    const { refresh, reply, store } = await open();
    const outcome = refresh();
    const request = await reply(answer(200, { access_token: 'a-2', token_type: 'bearer' }));
    expect(new URLSearchParams(request.body).get('resource')).toBe('https://mcp.example/mcp');
    await outcome;
    expect(refreshTokenOf(store.current(S))).toBe('r-1');
    expect(store.current(S)?.tokens?.expiresAt).toBeUndefined();
  });

  it('16 invalid_client keeps the login and marks its client', async () => {
    const { refresh, reply, store } = await open();
    const outcome = refresh();
    await reply(answer(401, { error: 'invalid_client' }));
    expect(await outcome).toEqual({ kind: 'ended', why: 'client' });
    expect(store.current(S)).toMatchObject({ clientRejected: true });
    expect(refreshTokenOf(store.current(S))).toBe('r-1');
  });

  it('R1 a client that was given another secret meanwhile is not judged by the old one, and keeps the new one', async () => {
    const { refresh, reply, store } = await open();
    const clientSecret = new Secret('newer');
    const newer = { ...loginWith('1').client, clientSecret, tokenEndpointAuthMethod: 'client_secret_post' as const };
    for (const answered of [answer(401, { error: 'invalid_client' }), granted('2')]) {
      const before = store.current(S);
      const outcome = refresh();
      await settle();
      await store.replaceClient(S, { ...newer });
      await reply(answered);
      expect(await outcome).toEqual({ kind: answered.ok && answered.value.status === 200 ? 'renewed' : 'replaced' });
      expect(store.current(S)).toMatchObject({ client: { clientSecret } });
      expect(store.current(S)).not.toHaveProperty('clientRejected');
      expect(store.current(S)).not.toBe(before);
    }
    expect(refreshTokenOf(store.current(S))).toBe('r-2');
  });

  it('15 invalid_grant with a record that is gone from the vault ends the login', async () => {
    const { refresh, reply, vault, store } = await open();
    vault.values.clear();
    const outcome = refresh();
    await reply(invalidGrant);
    expect(await outcome).toEqual({ kind: 'ended', why: 'invalid-grant' });
    expect(store.current(S)?.tokens).toBeUndefined();
  });

  it('24 a sign-out while the end of a grant is stored leaves nothing', async () => {
    const { refresh, reply, vault, store } = await open();
    const outcome = refresh();
    const release = vault.holdWrites();
    await reply(invalidGrant);
    const forgetting = store.forget(S);
    release();
    await forgetting;
    expect(await outcome).toEqual({ kind: 'discarded' });
    expect([store.current(S), vault.values.size]).toEqual([undefined, 0]);
  });

  it('24 a login without a refresh token that took its place meanwhile stays', async () => {
    const { refresh, reply, store } = await open();
    const outcome = refresh();
    await settle();
    const { refreshToken: _none, ...tokens } = loginWith('other').tokens ?? {
      accessToken: new Secret('a'),
      obtainedAt: 0,
    };
    store.adopt(S, loginWith(undefined, { tokens }));
    await reply(granted('2'));
    expect(await outcome).toEqual({ kind: 'replaced' });
    expect(store.current(S)?.tokens?.accessToken.reveal()).toBe('a-other');
  });

  it('has nothing to do without a login or a refresh token', async () => {
    const { refresher, store, refresh, sent } = await open();
    expect(await refresher.refresh('nobody', 'due').outcome).toEqual({ kind: 'impossible', why: 'no-login' });
    const { tokens, ...rest } = loginWith('1');
    const { refreshToken: _none, ...bare } = tokens ?? { accessToken: undefined };
    if (!bare.accessToken) throw new Error('a fixture without tokens');
    await store.saveNewGrant(S, { ...rest, tokens: { ...bare, obtainedAt: 0 } }, store.ticket(S));
    expect(await refresh()).toEqual({ kind: 'impossible', why: 'no-refresh-token' });
    expect(sent).toEqual([]);
  });

  it('stops: a pause between attempts ends at once, what is in flight is stored first', async () => {
    const { refresher, refresh, reply, sent, clock, vault } = await open();
    let outcome = refresh();
    await reply(broken);
    await refresher.stop();
    expect(await outcome).toMatchObject({ kind: 'failed' });
    expect(sent).toHaveLength(1);
    expect(clock.pendingAlarms).toEqual([]);
    outcome = refresh();
    const stopping = refresher.stop();
    await reply(granted('2'));
    await stopping;
    expect(storedRefreshTokens(vault)).toEqual(['r-2']);
    outcome = refresh();
    await reply(broken);
    expect(await outcome).toMatchObject({ kind: 'failed' });
    expect([sent.length, clock.pendingAlarms]).toEqual([3, []]);
  });
});
