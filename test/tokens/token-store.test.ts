import { describe, expect, it } from 'vitest';
import type { LoginIndex } from '../../src-main/engine/ports.ts';
import { settle } from '../fakes/manual-clock.ts';
import { ISSUER, loginWith, openStore, refreshTokenOf, storedRefreshTokens } from './logins.ts';

const S = 'linear';

/** Writes of this kind wait until the returned function is called. */
function holdIndex(index: LoginIndex, step: 'put' | 'setErasures'): () => void {
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { put, setErasures } = index;
  const steps = {
    put: async (server: string, issuer: string) => {
      await held;
      await put.call(index, server, issuer);
    },
    setErasures: async (keys: readonly string[]) => {
      await held;
      await setErasures.call(index, keys);
    },
  };
  Object.assign(index, { [step]: steps[step] });
  return release;
}

describe('the token store', () => {
  it('O1 tells what is persisted: has it a refresh token, is it expired', async () => {
    const { store, again, clock, logger } = openStore();
    expect(await store.hasPersistedToken(S)).toBeUndefined();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    expect(await again().hasPersistedToken(S)).toEqual({ hasRefreshToken: true, isExpired: false });
    await clock.advance('2 h');
    expect(await again().hasPersistedToken(S)).toEqual({ hasRefreshToken: true, isExpired: true });
    expect((await again().getPersistedRefreshToken(S))?.reveal()).toBe('r-1');
    const sources = logger.of('token.looked-up').map(({ fields }) => [fields.tokenSource, fields.found]);
    expect(sources).toEqual([['vault', false], ...Array.from({ length: 3 }, () => ['vault', true])]);
    expect(await store.hasPersistedToken(S)).toMatchObject({ isExpired: true });
    expect(logger.of('token.looked-up').at(-1)?.fields.tokenSource).toBe('memory');
  });

  it('T2 shows a saved login only when the vault has it', async () => {
    const { store, vault } = openStore();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    const release = vault.holdWrites();
    const saving = store.save(S, loginWith('2'), store.ticket(S));
    await settle();
    expect(refreshTokenOf(store.current(S))).toBe('r-1');
    release();
    expect(await saving).toBe('saved');
    expect(refreshTokenOf(store.current(S))).toBe('r-2');
    expect(storedRefreshTokens(vault)).toEqual(['r-2']);
  });

  it('29 reads the vault once for each server, however many ask', async () => {
    const { store, again, vault } = openStore();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    const fresh = again();
    const before = vault.reads;
    await Promise.all(Array.from({ length: 50 }, () => fresh.load(S)));
    for (let call = 0; call < 50; call += 1) await fresh.load(S);
    expect(vault.reads - before).toBe(1);
  });

  it('28 tells locked from absent', async () => {
    const { store, again, vault } = openStore();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    vault.lock();
    const fresh = again();
    expect(await fresh.load(S)).toEqual({ kind: 'locked' });
    vault.unlock();
    await vault.retry();
    expect(await fresh.load(S)).toMatchObject({ kind: 'found' });
  });

  it('24 a login saved while a refresh is in flight stays: the refresh is superseded, before and after its write', async () => {
    const { store, vault } = openStore();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    const refresh = store.ticket(S);
    await store.saveNewGrant(S, loginWith('login'), store.ticket(S));
    expect(await store.save(S, loginWith('2'), refresh)).toBe('superseded');

    const second = store.ticket(S);
    const release = vault.holdWrites();
    const [renewed, signedIn] = [
      store.save(S, loginWith('3'), second),
      store.saveNewGrant(S, loginWith('login 2'), store.ticket(S)),
    ];
    release();
    await Promise.all([renewed, signedIn]);
    expect(refreshTokenOf(store.current(S))).toBe('r-login 2');
    expect(storedRefreshTokens(vault)).toEqual(['r-login 2']);
  });

  it('24 a sign-out in the middle of a save leaves nothing, in the vault or in memory', async () => {
    const { store, again, vault } = openStore();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    const release = vault.holdWrites();
    const saving = store.save(S, loginWith('2'), store.ticket(S));
    await settle();
    const forgetting = store.forget(S);
    release();
    expect(await saving).toBe('discarded');
    expect(refreshTokenOf(await forgetting)).toBe('r-1');
    expect(store.current(S)).toBeUndefined();
    expect(vault.values.size).toBe(0);
    expect(await again().load(S)).toEqual({ kind: 'absent' });
  });

  it('24 a sign-out while a save writes to the index, or strikes an erasure off it, leaves nothing', async () => {
    for (const step of ['put', 'setErasures'] as const) {
      const { store, vault, index } = openStore();
      if (step === 'setErasures') {
        // What a locked vault keeps of the last sign-out is still to be erased.
        await store.saveNewGrant(S, loginWith('0'), store.ticket(S));
        vault.lock();
        await store.forget(S);
        vault.unlock();
        await vault.retry();
      }
      const release = holdIndex(index, step);
      const { writes } = vault;
      const saving = store.saveNewGrant(S, loginWith('1'), store.ticket(S));
      await settle();
      const forgetting = store.forget(S);
      release();
      expect(await saving).toBe('discarded');
      await forgetting;
      expect([vault.values.size, index.issuers(S), index.erasures()]).toEqual([0, [], []]);
      expect(vault.writes - writes, 'not even for a moment').toBe(0);
      expect(store.current(S)).toBeUndefined();
    }
  });

  it('24 D3 a sign-out before or while a registration at another issuer is stored leaves nothing', async () => {
    const { store, vault, index } = openStore();
    const elsewhere = loginWith(undefined, {
      authorizationServer: { ...loginWith(undefined).authorizationServer, issuer: 'https://other.example' },
    });
    for (const hold of [() => vault.holdWrites(), () => holdIndex(index, 'put')]) {
      await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
      const release = hold();
      const { writes } = vault;
      const saving = store.save(S, loginWith('2'), store.ticket(S));
      const registering = store.saveRegistration(S, elsewhere, store.ticket(S));
      await settle();
      const forgetting = store.forget(S);
      release();
      await Promise.all([saving, registering, forgetting]);
      expect([vault.values.size, index.issuers(S)]).toEqual([0, []]);
      expect(vault.writes - writes, 'the registration not even for a moment').toBe(1);
    }
  });

  it('24 a write that is tried again, and fails, while the person signs out or a newer login comes plans no other', async () => {
    for (const newer of [undefined, loginWith('3')]) {
      const { store, vault, clock } = openStore();
      vault.failNextWrite();
      await store.saveNewGrant(S, loginWith('2'), store.ticket(S));
      const release = vault.holdWrites();
      await clock.advance('1 s');
      const changing = newer ? store.save(S, newer, store.ticket(S)) : store.forget(S);
      vault.lock();
      release();
      await changing;
      await settle();
      expect(clock.pendingAlarms).toHaveLength(newer ? 1 : 0);
      vault.unlock();
      await vault.retry();
      await clock.advance('1 min');
      expect(storedRefreshTokens(vault)).toEqual(newer ? ['r-3'] : []);
    }
  });

  it('24 what began before a sign-out is not stored after it, be it a refresh, a login or a registration', async () => {
    const { store, vault } = openStore();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    const before = store.ticket(S);
    await store.forget(S);
    expect(await store.save(S, loginWith('2'), before)).toBe('discarded');
    expect(await store.saveNewGrant(S, loginWith('3'), before)).toBe('discarded');
    await store.saveRegistration(S, loginWith(undefined), before);
    expect(vault.values.size).toBe(0);
    expect(store.current(S)).toBeUndefined();
    expect(await store.saveNewGrant(S, loginWith('4'), store.ticket(S))).toBe('saved');
  });

  it('24 nobody finds a login that is being erased', async () => {
    const { store, vault } = openStore();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    const release = vault.holdWrites();
    const forgetting = store.forget(S);
    const loading = store.load(S);
    await settle();
    release();
    await forgetting;
    expect(await loading).toEqual({ kind: 'absent' });
    expect(store.current(S)).toBeUndefined();
  });

  it('31 signing out foo leaves foo_bar alone', async () => {
    const { store, vault } = openStore();
    for (const name of ['foo', 'foo_bar']) await store.saveNewGrant(name, loginWith(name), store.ticket(name));
    await store.forget('foo');
    expect(storedRefreshTokens(vault)).toEqual(['r-foo_bar']);
  });

  it('13 a vault that refuses: used from memory, written again, and only the newest', async () => {
    const { store, vault, clock, logger } = openStore();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    vault.failNextWrite('no space');
    expect(await store.save(S, loginWith('2'), store.ticket(S))).toBe('unsaved');
    expect(refreshTokenOf(store.current(S))).toBe('r-2');
    expect(store.unsavedProblem(S)).toEqual({ code: 'vault-write-failed', detail: 'no space' });
    vault.failNextWrite('no space');
    await clock.advance('1 s');
    expect(storedRefreshTokens(vault)).toEqual(['r-1']);
    await clock.advance('2 s');
    expect(storedRefreshTokens(vault)).toEqual(['r-2']);
    expect(store.unsavedProblem(S)).toBeUndefined();
    expect(logger.of('vault.write-failed').map(({ fields }) => fields.attempt)).toEqual([1, 2]);
    expect(clock.pendingAlarms).toEqual([]);

    vault.failNextWrite();
    await store.save(S, loginWith('3'), store.ticket(S));
    await store.save(S, loginWith('4'), store.ticket(S));
    await clock.advance('1 h');
    expect(storedRefreshTokens(vault)).toEqual(['r-4']);
    expect(clock.pendingAlarms).toEqual([]);
  });

  it('13 a vault that hangs holds nobody up for more than 5 s, and never brings an old token back', async () => {
    const { store, vault, clock } = openStore();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    const release = vault.holdWrites();
    const saving = store.save(S, loginWith('2'), store.ticket(S));
    await clock.advance('4999 ms');
    expect(refreshTokenOf(store.current(S))).toBe('r-1');
    await clock.advance('1 ms');
    expect(await saving).toBe('unsaved');
    expect(refreshTokenOf(store.current(S))).toBe('r-2');
    release();
    await clock.advance('1 min');
    expect(await store.save(S, loginWith('3'), store.ticket(S))).toBe('saved');
    await clock.advance('1 h');
    expect(storedRefreshTokens(vault)).toEqual(['r-3']);
  });

  it('28 a locked vault keeps what is new in memory until it takes it', async () => {
    const { store, vault, clock } = openStore();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    vault.lock();
    expect(await store.save(S, loginWith('2'), store.ticket(S))).toBe('unsaved');
    vault.unlock();
    await vault.retry();
    await clock.advance('1 s');
    expect(storedRefreshTokens(vault)).toEqual(['r-2']);
  });

  it('a sign-out ends the retries of a write', async () => {
    const { store, vault, clock } = openStore();
    vault.failNextWrite();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    await store.forget(S);
    expect(clock.pendingAlarms).toEqual([]);
    await clock.advance('1 h');
    expect(vault.values.size).toBe(0);
  });

  it('R4 a registration that comes while a refresh is stored does not bring the old refresh token back', async () => {
    const { store, vault } = openStore();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    const ticket = store.ticket(S);
    const nextClient = { ...loginWith(undefined).client, clientId: 'next' };
    const release = vault.holdWrites();
    const renewing = store.save(S, loginWith('2'), ticket);
    await settle();
    // As the flow saw it: the refresh is not visible yet.
    const registering = store.saveRegistration(S, loginWith('1', { nextClient }), ticket);
    release();
    await Promise.all([renewing, registering]);
    expect(storedRefreshTokens(vault)).toEqual(['r-2']);
    expect(store.current(S)?.nextClient?.clientId).toBe('next');
    expect(refreshTokenOf(store.current(S))).toBe('r-2');
  });

  it('D3 keeps a registration at another issuer apart from the login in use, and finds the login after a restart', async () => {
    const { store, again } = openStore();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    const other = { ...loginWith(undefined).authorizationServer, issuer: 'https://other.example' };
    await store.saveRegistration(S, loginWith(undefined, { authorizationServer: other }), store.ticket(S));
    expect(refreshTokenOf(store.current(S))).toBe('r-1');
    const fresh = again();
    expect(await fresh.load(S)).toMatchObject({ kind: 'found', login: { authorizationServer: { issuer: ISSUER } } });
    expect((await fresh.recordFor(S, 'https://other.example'))?.client.clientId).toBe('c');
  });

  it('R4 a client that another issuer forgot is marked there alone; one that nobody kept is not', async () => {
    const { store } = openStore();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    const other = { ...loginWith(undefined).authorizationServer, issuer: 'https://other.example' };
    await store.saveRegistration(S, loginWith(undefined, { authorizationServer: other }), store.ticket(S));
    await store.rejectClient(S, 'https://other.example', 'c', store.ticket(S));
    await store.rejectClient(S, 'https://third.example', 'c', store.ticket(S));
    expect(await store.recordFor(S, 'https://other.example')).toMatchObject({ clientRejected: true });
    expect(store.current(S)).not.toHaveProperty('clientRejected');
    expect(await store.recordFor(S, 'https://third.example')).toBeUndefined();
  });

  it('R4 a registration beside a login stands as the next one, whichever way it is given', async () => {
    const { store } = openStore();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    const client = { ...loginWith(undefined).client, clientId: 'next' };
    await store.saveRegistration(S, loginWith(undefined, { client }), store.ticket(S));
    expect(store.current(S)).toMatchObject({ client: { clientId: 'c' }, nextClient: { clientId: 'next' } });
  });

  it('has nothing to change, to find or to renew where nobody signed in', async () => {
    const { store, vault } = openStore();
    await store.replaceClient(S, loginWith(undefined).client);
    expect(await store.getPersistedRefreshToken(S)).toBeUndefined();
    expect(vault.writes).toBe(0);
  });

  it('31 what a vault that is locked again does not let go stays noted', async () => {
    const { store, vault, index } = openStore();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    vault.lock();
    await store.forget(S);
    const noted = index.erasures();
    store.vaultCanBeRead();
    await store.stop();
    expect([noted.length, index.erasures(), vault.values.size]).toEqual([2, noted, 1]);
  });

  it('31 T2 what a locked vault was to let go later is no more erased when somebody signed in there again', async () => {
    const { store, vault } = openStore();
    for (const name of ['a', 'b']) await store.saveNewGrant(name, loginWith(name), store.ticket(name));
    vault.lock();
    for (const name of ['a', 'b']) await store.forget(name);
    vault.unlock();
    await vault.retry();
    const release = vault.holdWrites();
    store.vaultCanBeRead();
    const saving = store.saveNewGrant('b', loginWith('new'), store.ticket('b'));
    await settle();
    release();
    expect(await saving).toBe('saved');
    await store.stop();
    expect(storedRefreshTokens(vault)).toEqual(['r-new']);
  });

  it('28 a quit while the vault is locked says that the newest login is lost with the program', async () => {
    const { store, vault, logger } = openStore();
    vault.lock();
    await store.saveNewGrant(S, loginWith('1'), store.ticket(S));
    await store.stop();
    expect(logger.of('vault.newest-login-not-written')).toMatchObject([{ fields: { server: S, outcome: 'locked' } }]);
  });

  it('30 a torn record is no login, harms no other, and is left where it is', async () => {
    const { store, again, vault, logger } = openStore();
    for (const name of ['a', 'b']) await store.saveNewGrant(name, loginWith(name), store.ticket(name));
    const [key = ''] = [...vault.values.keys()].filter((name) => name.startsWith('a/'));
    vault.values.set(key, '{"version":1,"serverUrl"');
    const fresh = again();
    expect(await fresh.load('a')).toEqual({ kind: 'absent' });
    expect(await fresh.load('b')).toMatchObject({ kind: 'found' });
    expect(vault.values.get(key)).toBe('{"version":1,"serverUrl"');
    expect(logger.of('vault.record-unreadable')[0]?.fields).toMatchObject({ server: 'a', issuer: ISSUER });
  });
});
