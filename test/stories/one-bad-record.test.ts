import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createFileVaultFixture, type FileVaultFixture } from '../file-vault/file-vault-fixture.ts';
import { openHousehold } from './household.ts';
import { closeEverything, initialize, openAuthorizationServer, openMcpServer } from './one-server.ts';
import { watched } from './watched-vault.ts';

let fixture: FileVaultFixture | undefined;
afterEach(async () => {
  await closeEverything();
  fixture?.dispose();
  fixture = undefined;
});

async function twoServers(vault?: ReturnType<typeof watched>) {
  const authorizationServer = await openAuthorizationServer();
  authorizationServer.accessTokensLiveS(3600);
  const mcp = await openMcpServer({ authorizationServer });
  const other = await openMcpServer({ authorizationServer });
  const household = await openHousehold({ servers: { foo: mcp.url, foo_bar: other.url }, ...(vault ? { vault } : {}) });
  for (const name of ['foo', 'foo_bar']) {
    await household.reached(name, 'login-needed');
    await household.signInTo(name);
  }
  authorizationServer.resetCounts();
  return { authorizationServer, household };
}

/** Every file below the folder, names too. */
async function everythingIn(dir: string): Promise<string> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map(async (file) => `${file}\n${await readFile(file, 'latin1')}`))).join('\n');
}

describe('30 one bad record', () => {
  test('30 harms no other login, is kept beside, and is named in the log', async () => {
    const { authorizationServer, household } = await twoServers();
    const key = [...household.vault.values.keys()].find((name) => name.startsWith('foo/')) ?? '';
    household.vault.values.set(key, '{"version":1,"serverUrl":"torn');
    await household.restart();
    await household.reached('foo', 'login-needed');
    await household.reached('foo_bar', 'ready');
    expect((await initialize(household, 'foo_bar')).message.result).toBeDefined();
    expect(household.vault.values.get(`${key}/set-aside`)).toBe('{"version":1,"serverUrl":"torn');
    expect(household.logger.of('vault.record-unreadable')[0]?.fields.detail).toBe(`kept as ${key}/set-aside`);
    expect(authorizationServer.counts).toMatchObject({ authorizations: 0, refreshes: 0 });
    await household.signInTo('foo');
    await household.restart();
    await household.reached('foo', 'ready');
    await household.engine.logout('foo');
    expect([...household.vault.values.keys()].filter((name) => name.startsWith('foo/'))).toEqual([]);
  });
});

describe('31 what was signed out or removed', () => {
  test('31 in the encrypted files: erased, not to be found by grep, and foo_bar keeps its login', async () => {
    fixture = createFileVaultFixture();
    const vault = watched(await fixture.open());
    const { authorizationServer, household } = await twoServers(vault);
    const { records } = fixture;
    await household.until(() => records().length === 2, 'the records of the sign-ins are erased');
    const secrets = [...vault.values].flatMap(([, text]) => [...text.matchAll(/"(?:access|refresh)Token":"([^"]+)"/g)]);
    expect(secrets).toHaveLength(4);
    const [foo] = [...vault.values].filter(([key]) => key.startsWith('foo/'));

    await household.engine.logout('foo');
    expect(fixture.records()).toHaveLength(1);
    for (const dir of [fixture.dataDir, household.dataDir]) {
      const all = await everythingIn(dir);
      for (const [, secret] of secrets) expect(all).not.toContain(secret);
      expect(all).not.toContain(foo?.[0]);
    }
    await household.restart();
    await household.reached('foo', 'login-needed');
    await household.reached('foo_bar', 'ready');
    expect((await initialize(household, 'foo_bar')).message.result).toBeDefined();

    expect((await household.engine.removeServer('foo_bar')).ok).toBe(true);
    expect(fixture.records()).toEqual([]);
    for (const dir of [fixture.dataDir, household.dataDir]) expect(await everythingIn(dir)).not.toContain('foo_bar');
    expect(authorizationServer.counts).toMatchObject({ authorizations: 0, refreshes: 0 });
  });
});
