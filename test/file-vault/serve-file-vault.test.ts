import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDataFolder } from '../../src-main/adapters/data-folder.ts';
import { type ServeOptions, serve } from '../../src-main/headless.ts';
import { createFileVaultFixture, type FileVaultFixture } from './file-vault-fixture.ts';

let fixture: FileVaultFixture;
beforeEach(() => {
  fixture = createFileVaultFixture();
});
afterEach(() => fixture.dispose());

function serveHere(env: Record<string, string>, options: Partial<ServeOptions> = {}) {
  let out = '';
  const stdout = { write: (text: string) => (out += text) };
  const done = serve({
    dataDir: fixture.dataDir,
    port: 0,
    vault: 'file',
    json: true,
    env,
    stdout,
    stderr: stdout,
    ...options,
  });
  return { done, out: () => out };
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

it('serve with no passphrase and nobody to ask says where it may come from', async () => {
  expect(await serveHere({}).done).toMatchObject({ code: 'invalid-input' });
});
