import { readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createTestVault } from '../fakes/memory-vault.ts';
import { signIn } from '../servers/sign-in.ts';
import { type Household, openHousehold } from './household.ts';
import { closeEverything, editConfig, initialize, openOneServer } from './one-server.ts';

afterEach(closeEverything);

async function click(household: Household) {
  const started = await household.engine.startLogin('linear', { openBrowser: false, startOver: false });
  if (!started.ok) throw new Error(JSON.stringify(started.problem));
  return started.value;
}

function flowRecords(household: Household): string[] {
  return [...household.vault.values.keys()].filter((key) => key.endsWith('/sign-in'));
}

async function filesOf(household: Household): Promise<string> {
  const names = await readdir(household.dataDir);
  return (await Promise.all(names.map((name) => readFile(join(household.dataDir, name), 'utf8')))).join('\n');
}

describe('F7 the program is started again between the browser and the callback', () => {
  test('F7 quit and started: the row says "Signing in" with the same link and deadline, and the callback signs in', async () => {
    const { authorizationServer, household } = await openOneServer();
    const { authorizationUrl, flow } = await click(household);
    await household.restart();
    const state = await household.reached('linear', 'logging-in');
    expect(state).toEqual({ kind: 'logging-in', flowId: flow.flowId, since: flow.startedAt, deadline: flow.deadline });
    expect(household.view('linear').authorizationUrl).toBe(authorizationUrl);
    const page = await signIn(authorizationUrl);
    expect([page.status, page.body.includes('Signed in to linear')]).toEqual([200, true]);
    await household.reached('linear', 'ready');
    expect((await initialize(household)).message.result).toBeDefined();
    expect(authorizationServer.counts).toMatchObject({ registrations: 1, codeExchanges: 1 });
    await household.until(() => flowRecords(household).length === 0, 'the record is erased');
  });

  test('F7 killed: the next program takes the callback', async () => {
    const { authorizationServer, mcp, household } = await openOneServer();
    const { authorizationUrl } = await click(household);
    const clock = createManualClock(household.clock.now());
    const after = await openHousehold({ servers: { linear: mcp.url }, clock, leftBy: household });
    await after.reached('linear', 'logging-in');
    // The killed one's port is still taken here, so the browser's last address is brought by hand.
    const { callbackUrl = '' } = await signIn(authorizationUrl, { stopBeforeCallback: true });
    expect(await after.engine.pasteCallback('linear', callbackUrl)).toMatchObject({ ok: true });
    await after.reached('linear', 'ready');
    expect(authorizationServer.counts.codeExchanges).toBe(1);
  });

  test('F7 killed after the login was stored and before its record was erased: the row says connected', async () => {
    const { authorizationServer, mcp, household } = await openOneServer();
    const { authorizationUrl } = await click(household);
    const record = household.vault.values.get('linear/sign-in') ?? '';
    const file = join(household.dataDir, 'logins.json');
    const onDisk = (): Record<string, unknown> => JSON.parse(readFileSync(file, 'utf8'));
    await household.until(() => JSON.stringify(onDisk()['/flows']) === '["linear"]', 'the index names the flow');
    await signIn(authorizationUrl);
    const isForgotten = (): boolean => !JSON.stringify([onDisk()['/flows'], onDisk()['']]).includes('linear');
    await household.until(() => flowRecords(household).length === 0 && isForgotten(), 'the record is erased');
    // As it was a moment before.
    household.vault.values.set('linear/sign-in', record);
    await writeFile(file, JSON.stringify({ ...onDisk(), '/flows': ['linear'] }));
    const clock = createManualClock(household.clock.now());
    const after = await openHousehold({ servers: { linear: mcp.url }, clock, leftBy: household });
    await after.reached('linear', 'ready');
    await after.until(() => flowRecords(after).length === 0, 'the record is erased');
    expect(after.state('linear').kind).toBe('ready');
    expect((await initialize(after)).message.result).toBeDefined();
    expect(authorizationServer.counts.authorizations).toBe(1);
    household.vault.values.delete('linear/sign-in');
  });

  test('F7 a callback that comes before the record was read waits for it', async () => {
    const { household } = await openOneServer();
    const { authorizationUrl } = await click(household);
    const { callbackUrl = '' } = await signIn(authorizationUrl, { stopBeforeCallback: true });
    await household.restart();
    expect(await household.engine.pasteCallback('linear', callbackUrl)).toMatchObject({ ok: true });
    await household.reached('linear', 'ready');
  });

  test('F2 F3 F7 what comes back is judged as before: a foreign state or issuer changes nothing', async () => {
    const { authorizationServer, household } = await openOneServer();
    const { authorizationUrl } = await click(household);
    const { callbackUrl = '' } = await signIn(authorizationUrl, { stopBeforeCallback: true });
    await household.restart();
    await household.reached('linear', 'logging-in');
    const changed = (name: string, value: string): string => {
      const url = new URL(callbackUrl);
      url.searchParams.set(name, value);
      return url.href;
    };
    expect(await household.engine.pasteCallback('linear', changed('state', 'x'))).toMatchObject({
      problem: { code: 'unknown-state' },
    });
    expect(household.state('linear').kind).toBe('logging-in');
    expect(await household.engine.pasteCallback('linear', changed('iss', 'https://evil.example'))).toMatchObject({
      problem: { code: 'issuer-mismatch' },
    });
    expect(authorizationServer.counts.codeExchanges).toBe(0);
  });

  test('F7 the record is in the vault only: neither state nor verifier is on disk or in the log', async () => {
    const { household } = await openOneServer();
    const { authorizationUrl } = await click(household);
    const [key = ''] = flowRecords(household);
    const { prepared } = JSON.parse(household.vault.values.get(key) ?? '') as {
      prepared: { state: string; verifier: string };
    };
    expect(authorizationUrl).toContain(prepared.state);
    const seen = `${await filesOf(household)}${JSON.stringify(household.logger.lines)}`;
    for (const secret of [prepared.state, prepared.verifier]) {
      expect(secret.length).toBeGreaterThan(20);
      expect(seen).not.toContain(secret);
    }
  });

  test('F7 the deadline passed meanwhile: the record is erased, the late callback is told so', async () => {
    const { mcp, household } = await openOneServer();
    const { authorizationUrl } = await click(household);
    const { callbackUrl = '' } = await signIn(authorizationUrl, { stopBeforeCallback: true });
    const clock = createManualClock(household.clock.now() + 11 * 60_000);
    const after = await openHousehold({ servers: { linear: mcp.url }, clock, leftBy: household });
    await after.reached('linear', 'login-needed');
    await after.until(() => flowRecords(after).length === 0, 'the record is erased');
    expect(await after.engine.pasteCallback('linear', callbackUrl)).toMatchObject({
      problem: { code: 'flow-expired' },
    });
  });

  test('F7 the configuration changed meanwhile: the sign-in is superseded', async () => {
    const { mcp, household } = await openOneServer();
    const { authorizationUrl } = await click(household);
    const { callbackUrl = '' } = await signIn(authorizationUrl, { stopBeforeCallback: true });
    const clock = createManualClock(household.clock.now());
    const servers = { linear: { url: mcp.url, scopes: ['notes:read'] } };
    const after = await openHousehold({ servers, clock, leftBy: household });
    await after.reached('linear', 'login-needed');
    expect(await after.engine.pasteCallback('linear', callbackUrl)).toMatchObject({
      problem: { code: 'flow-superseded' },
    });
    await after.until(() => flowRecords(after).length === 0, 'the record is erased');
  });

  test('F7 the server is configured no more: nothing of its sign-in is kept', async () => {
    const { household } = await openOneServer();
    await click(household);
    const clock = createManualClock(household.clock.now());
    const after = await openHousehold({ servers: {}, clock, leftBy: household });
    await after.until(() => flowRecords(after).length === 0, 'the record is erased');
    const index = join(after.dataDir, 'logins.json');
    await after.until(() => !readFileSync(index, 'utf8').includes('/flows'), 'nor does the index name it');
  });

  test('F7 the keychain is locked at the start: a callback is told so, and the sign-in goes on once it is unlocked', async () => {
    const { mcp, household } = await openOneServer();
    const { authorizationUrl } = await click(household);
    const { callbackUrl = '' } = await signIn(authorizationUrl, { stopBeforeCallback: true });
    const vault = createTestVault(Object.fromEntries(household.vault.values));
    vault.lock();
    const clock = createManualClock(household.clock.now());
    const after = await openHousehold({ servers: { linear: mcp.url }, clock, vault, leftBy: household });
    await after.reached('linear', 'locked');
    expect(await after.engine.pasteCallback('linear', callbackUrl)).toMatchObject({
      problem: { code: 'vault-locked' },
    });
    vault.unlock();
    await after.engine.unlockVault();
    await after.reached('linear', 'logging-in');
    expect(await after.engine.pasteCallback('linear', callbackUrl)).toMatchObject({ ok: true });
    await after.reached('linear', 'ready');
  });

  test('F7 cancelled, refused, superseded or changed: the record goes with the flow', async () => {
    const { mcp, household } = await openOneServer();
    await click(household);
    expect(flowRecords(household)).toHaveLength(1);
    household.engine.cancelLogin('linear');
    await household.until(() => flowRecords(household).length === 0, 'the record is erased');
    const { authorizationUrl } = await click(household);
    await signIn(authorizationUrl, { refuse: true });
    await household.until(() => flowRecords(household).length === 0, 'the record is erased');
    await click(household);
    await editConfig(household, { linear: { url: mcp.url, scopes: ['notes:read'] } });
    await household.until(() => flowRecords(household).length === 0, 'the record is erased');
    await household.restart();
    await household.reached('linear', 'login-needed');
  });

  test('F7 started over: only the newer one is there after a restart', async () => {
    const { household } = await openOneServer();
    const first = await click(household);
    const second = await household.engine.startLogin('linear', { openBrowser: false, startOver: true });
    if (!second.ok) throw new Error(JSON.stringify(second.problem));
    await household.restart();
    await household.reached('linear', 'logging-in');
    expect(household.view('linear').authorizationUrl).toBe(second.value.authorizationUrl);
    expect(second.value.authorizationUrl).not.toBe(first.authorizationUrl);
    const late = await signIn(first.authorizationUrl);
    expect(late.body).toContain('Nothing to sign in here');
  });

  test('F7 a vault that refuses the record holds up no sign-in', async () => {
    const { household } = await openOneServer();
    await click(household);
    household.engine.cancelLogin('linear');
    await household.until(() => flowRecords(household).length === 0, 'the record is erased');
    household.vault.failNextWrite();
    const { authorizationUrl } = await click(household);
    expect(household.logger.of('flow.not-recorded')).toHaveLength(1);
    await signIn(authorizationUrl);
    await household.reached('linear', 'ready');
  });
});
