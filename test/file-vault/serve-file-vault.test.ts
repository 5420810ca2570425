import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDataFolder } from '../../src-main/adapters/data-folder.ts';
import { type ServeOptions, serve } from '../../src-main/headless.ts';
import { type } from '../cli/command-line.ts';
import { createFileVaultFixture, type FileVaultFixture, PASSPHRASE } from './file-vault-fixture.ts';

let fixture: FileVaultFixture;
beforeEach(() => {
  fixture = createFileVaultFixture();
});
afterEach(() => fixture.dispose());

function serveHere(env: Record<string, string>, options: Partial<ServeOptions> = {}) {
  let out = '';
  let tell: () => void = () => {};
  const said = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const stdout = {
    write: (text: string) => {
      out += text;
      tell();
    },
  };
  const done = serve({
    dataDir: fixture.dataDir,
    port: 0,
    vault: 'file',
    json: true,
    installation: { kind: 'node', node: '/usr/bin/node', script: '/gatehouse/cli.js' },
    env,
    stdout,
    stderr: stdout,
    ...options,
  });
  return { done, said, out: () => out };
}

const TOLD = ['engine.listening', 'vault.opened', 'vault.not-opened', 'engine.stopped'];

function logged(): string[] {
  const lines = readFileSync(join(fixture.dataDir, 'logs/gatehouse.log'), 'utf8').trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as { event: string }).event).filter((event) => TOLD.includes(event));
}

it('serve with a wrong passphrase says so, leaves the vault as it is and the folder free, and takes the passphrase out of the environment', async () => {
  const folder = openDataFolder(fixture.dataDir);
  if (!folder.ok) throw new Error('no data folder');
  const vault = await fixture.open({ dataFolderId: folder.value.id });
  await vault.set('k/1', 'kept');
  const before = fixture.records().map((name) => fixture.files()[`${fixture.vaultDir}/${name}`]);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const env = { GATEHOUSE_VAULT_PASSPHRASE: 'not this one' };
    const run = serveHere(env);
    const problem = {
      code: 'not-available',
      detail: 'The encrypted vault was not opened: the passphrase is wrong. Nothing was changed.',
    };
    expect(await run.done).toEqual(problem);
    expect(JSON.parse(run.out())).toEqual({ event: 'failed', problem });
    expect(env).toEqual({});
  }
  expect(fixture.records().map((name) => fixture.files()[`${fixture.vaultDir}/${name}`])).toEqual(before);
  expect(JSON.stringify(fixture.files())).not.toContain('not this one');
});

it('serve listens while the passphrase is being proven, and says "ready" only after that', async () => {
  const run = serveHere({ GATEHOUSE_VAULT_PASSPHRASE: PASSPHRASE });
  await run.said;
  const { event, url } = JSON.parse(run.out()) as { event: string; url: string };
  expect([event, (await fetch(`${url}/mcp`, { method: 'POST' })).status]).toEqual(['ready', 403]);
  expect(await type(['stop'], { dataDir: fixture.dataDir }).exitCode).toBe(0);
  expect(await run.done).toBeUndefined();
  expect(logged().sort()).toEqual(['engine.listening', 'engine.stopped', 'vault.opened']);

  const refused = serveHere({ GATEHOUSE_VAULT_PASSPHRASE: 'not this one' });
  expect(await refused.done).toMatchObject({ code: 'not-available' });
  expect(JSON.parse(refused.out())).toMatchObject({ event: 'failed' });
  expect(logged().slice(3).sort()).toEqual(['engine.listening', 'engine.stopped', 'vault.not-opened']);
});

it('serve with no passphrase and nobody to ask says where it may come from', async () => {
  expect(await serveHere({}).done).toMatchObject({ code: 'invalid-input' });
});
