import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deriveKeys, newKeyDerivation } from '../../src-main/adapters/file-vault/key-derivation.ts';
import { createReadPassphrase, takePassphrase } from '../../src-main/adapters/file-vault/passphrase.ts';
import { boundTo, seal } from '../../src-main/adapters/file-vault/sealed-record.ts';
import { openFileVault } from '../../src-main/adapters/file-vault/vault.ts';
import { Secret } from '../../src-main/engine/model/secret.ts';
import { createFileVaultFixture, type FileVaultFixture, PASSPHRASE, QUICK_COST } from './file-vault-fixture.ts';

let fixture: FileVaultFixture;
beforeEach(() => {
  fixture = createFileVaultFixture();
});
afterEach(() => fixture.dispose());

const found = (value: string) => ({ kind: 'found', value }) as const;
const path = (name: string): string => join(fixture.vaultDir, name);
const asideNames = (): string[] => readdirSync(fixture.vaultDir).filter((name) => name.includes('.unreadable'));

/** Writes one value and tells which file it is in. */
async function stored(key: string, value: string): Promise<string> {
  const vault = await fixture.open();
  const before = new Set(fixture.records());
  await vault.set(key, value);
  await vault.close();
  const name = fixture.records().find((record) => !before.has(record));
  if (name === undefined) throw new Error('no new record');
  return name;
}

describe('the encrypted files', () => {
  it('keep values across restarts, tell nothing in names or contents, and are their owner’s alone', async () => {
    const vault = await fixture.open();
    expect(vault.health()).toEqual({ kind: 'file' });
    expect(await vault.get('github/tokens')).toEqual({ kind: 'absent' });
    expect(await vault.set('github/tokens', '{"refreshToken":"very-secret é ✓"}')).toEqual({ kind: 'done' });
    expect(await vault.set('github/tokens', '{"refreshToken":"newest-secret"}')).toEqual({ kind: 'done' });
    await vault.close();
    const all = JSON.stringify(fixture.files());
    for (const text of ['github', 'secret', 'refreshToken', PASSPHRASE]) expect(all).not.toContain(text);
    expect(statSync(fixture.vaultDir).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(fixture.vaultDir)) expect(statSync(path(name)).mode & 0o777).toBe(0o600);
    expect(await (await fixture.open()).get('github/tokens')).toEqual(found('{"refreshToken":"newest-secret"}'));
  });

  it('31 are gone after a deletion, and the neighbour whose name begins the same stays', async () => {
    const foo = await stored('foo/1', 'of foo');
    const fooBar = await stored('foo_bar/1', 'of foo_bar');
    truncateSync(path(foo), 20);
    const vault = await fixture.open();
    await vault.get('foo/1');
    expect(asideNames()).toEqual([`${foo}.unreadable`]);
    await vault.set('foo/1', 'again');
    expect(await vault.delete('foo/1')).toEqual({ kind: 'done' });
    expect(await vault.delete('foo/1')).toEqual({ kind: 'done' });
    expect(readdirSync(fixture.vaultDir).sort()).toEqual([fooBar, 'vault.json'].sort());
    expect(await vault.get('foo_bar/1')).toEqual(found('of foo_bar'));
  });

  it('keep the order of writes, reads and deletions of one key', async () => {
    const vault = await fixture.open();
    const answers = await Promise.all([
      vault.set('k', 'a'),
      vault.get('k'),
      vault.set('k', 'b'),
      vault.delete('k'),
      vault.get('k'),
    ]);
    expect(answers).toEqual([{ kind: 'done' }, found('a'), { kind: 'done' }, { kind: 'done' }, { kind: 'absent' }]);
  });
});

describe('30 the encrypted files under attack', () => {
  it.each([
    ['torn', (file: string) => truncateSync(file, 40)],
    ['emptied', (file: string) => truncateSync(file, 0)],
    ['foreign', (file: string) => writeFileSync(file, '{"hello":1}')],
    [
      'changed by one bit',
      (file: string) => {
        const record = JSON.parse(readFileSync(file, 'utf8')) as { data: string };
        const data = Buffer.from(record.data, 'base64');
        data[0] = (data[0] ?? 0) ^ 1;
        writeFileSync(file, JSON.stringify({ ...record, data: data.toString('base64') }));
      },
    ],
  ])('30 a record that is %s is set aside with a name that is logged; the others are unharmed', async (_, harm) => {
    const bad = await stored('bad/1', 'lost');
    await stored('good/1', 'kept');
    harm(path(bad));
    const vault = await fixture.open();
    expect(await vault.get('bad/1')).toEqual({ kind: 'absent' });
    expect(await vault.get('good/1')).toEqual(found('kept'));
    expect(asideNames()).toEqual([`${bad}.unreadable`]);
    expect(JSON.stringify(fixture.logger.lines)).toContain(`${bad}.unreadable`);
    await vault.set('bad/1', 'new');
    expect(await vault.get('bad/1')).toEqual(found('new'));
    truncateSync(path(bad), 3);
    await vault.get('bad/1');
    expect(asideNames().sort()).toEqual([`${bad}.unreadable`, `${bad}.unreadable-2`]);
  });

  it('30 a record moved to another’s place, or brought from another data folder, is refused', async () => {
    const one = await stored('one/1', 'of one');
    const two = await stored('two/1', 'of two');
    copyFileSync(path(one), path(two));
    const vault = await fixture.open();
    expect(await vault.get('two/1')).toEqual({ kind: 'absent' });
    expect(await vault.get('one/1')).toEqual(found('of one'));
    const elsewhere = await fixture.tryOpen({ dataFolderId: 'folder-2' });
    expect(elsewhere).toMatchObject({ code: 'not-available' });
  });

  it('30 a lost or torn check file is made anew from any record, and the passphrase is still proven', async () => {
    await stored('k/1', 'kept');
    for (const harm of [
      () => truncateSync(path('vault.json'), 5),
      () => renameSync(path('vault.json'), path('away')),
    ]) {
      harm();
      const before = fixture.files();
      expect(await fixture.tryOpen({ passphrase: 'wrong passphrase' })).toMatchObject({ code: 'not-available' });
      expect(fixture.files()).toEqual(before);
      expect(await (await fixture.open()).get('k/1')).toEqual(found('kept'));
      expect(readdirSync(fixture.vaultDir)).toContain('vault.json');
    }
  });

  it('30 a write that a kill cut short leaves the previous record, and its leftover goes at the next start', async () => {
    const name = await stored('k/1', 'previous');
    writeFileSync(path(`.${name}.123.abc.tmp`), '{"half');
    const vault = await fixture.open();
    expect(await vault.get('k/1')).toEqual(found('previous'));
    expect(readdirSync(fixture.vaultDir).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });

  it('30 a disk that takes no more leaves the previous record, says so, and leaves no piece behind', async () => {
    await stored('k/1', 'previous');
    const before = readdirSync(fixture.vaultDir);
    // The shell's limit counts KiB: a file stops there in mid-write, as on a full disk, also without root.
    const command = 'ulimit -f 1; exec "$0" --import "$1" "$2" "$3"';
    const script = fileURLToPath(new URL('./write-with-a-limit.ts', import.meta.url));
    const args = ['-c', command, process.execPath, import.meta.resolve('tsx'), script, fixture.dataDir];
    const env = { ...process.env, TSX_DISABLE_CACHE: '1' };
    const answer = execFileSync('bash', args, { encoding: 'utf8', env });
    expect(JSON.parse(answer)).toMatchObject({
      kind: 'unavailable',
      detail: expect.stringContaining('EFBIG') as string,
    });
    expect(readdirSync(fixture.vaultDir)).toEqual(before);
    expect(await (await fixture.open()).get('k/1')).toEqual(found('previous'));
  });

  it('a folder that is gone is unavailable, never an absent login', async () => {
    await stored('k/1', 'kept');
    const vault = await fixture.open();
    renameSync(fixture.vaultDir, join(fixture.dataDir, 'elsewhere'));
    expect(await vault.get('k/1')).toMatchObject({ kind: 'unavailable' });
    expect(await vault.set('k/1', 'x')).toMatchObject({ kind: 'unavailable' });
    renameSync(join(fixture.dataDir, 'elsewhere'), fixture.vaultDir);
    expect(await vault.get('k/1')).toEqual(found('kept'));
  });

  it('a record or a vault of a newer version is left untouched', async () => {
    const name = await stored('k/1', 'kept');
    for (const file of [name, 'vault.json']) {
      const text = readFileSync(path(file), 'utf8');
      writeFileSync(path(file), text.replace('"version":1', '"version":2'));
      if (file === name) expect(await (await fixture.open()).get('k/1')).toMatchObject({ kind: 'unavailable' });
      else
        expect(await fixture.tryOpen()).toMatchObject({ detail: expect.stringContaining('newer Gatehouse') as string });
      writeFileSync(path(file), text);
    }
    expect(asideNames()).toEqual([]);
  });
});

describe('the passphrase', () => {
  async function unproven(passphrase: string) {
    const readPassphrase = createReadPassphrase({ given: new Secret(passphrase) });
    const { dataDir, logger } = fixture;
    const vault = await openFileVault({ dataDir, dataFolderId: 'folder-1', readPassphrase, logger });
    if (!vault.ok) throw new Error(JSON.stringify(vault.problem));
    return vault.value;
  }

  it('is proven in the background: the vault is there at once, and what is read and written meanwhile waits', async () => {
    await stored('k/1', 'kept');
    const vault = await unproven(PASSPHRASE);
    const answers = Promise.all([vault.get('k/1'), vault.set('k/1', 'newer'), vault.get('k/1')]);
    const first = await Promise.race([vault.opened.then(() => 'proven'), Promise.resolve('there')]);
    expect([first, vault.health()]).toEqual(['there', { kind: 'file' }]);
    expect(await answers).toEqual([found('kept'), { kind: 'done' }, found('newer')]);
  });

  it('when wrong answers what was asked meanwhile with "unavailable", never with "absent", and writes nothing', async () => {
    await stored('k/1', 'kept');
    const before = fixture.files();
    const vault = await unproven('not this one');
    const answers = await Promise.all([vault.get('k/1'), vault.set('k/1', 'x'), vault.delete('k/1')]);
    expect(answers.map(({ kind }) => kind)).toEqual(['unavailable', 'unavailable', 'unavailable']);
    expect(await vault.opened).toMatchObject({ problem: { code: 'not-available' } });
    await vault.close();
    expect(fixture.files()).toEqual(before);
  });

  it('when wrong is told from a damaged record, and changes nothing', async () => {
    await stored('k/1', 'kept');
    const before = fixture.files();
    expect(await fixture.tryOpen({ passphrase: 'not this one' })).toEqual({
      code: 'not-available',
      detail: 'The encrypted vault was not opened: the passphrase is wrong. Nothing was changed.',
    });
    expect(fixture.files()).toEqual(before);
  });

  it('comes from the file first, then from the environment, which keeps nothing, then from a person, twice when new', async () => {
    const env = { GATEHOUSE_VAULT_PASSPHRASE: 'from the environment', PATH: '/bin' };
    const given = takePassphrase(env);
    expect(env).toEqual({ PATH: '/bin' });
    expect(takePassphrase(env)).toBeUndefined();
    const file = join(fixture.dataDir, 'passphrase');
    writeFileSync(file, 'from the file\nsecond line\n', { mode: 0o600 });
    const reveal = async (sources: Parameters<typeof createReadPassphrase>[0], isNew = true) => {
      const read = await createReadPassphrase(sources)(isNew);
      return read.ok ? read.value.reveal() : read.problem;
    };
    const prompts: string[] = [];
    const ask = async (prompt: string) => `typed ${prompts.push(prompt) > 2 ? 'otherwise' : 'the same'}`;
    if (!given) throw new Error('nothing was taken');
    expect(await reveal({ file, given, ask })).toBe('from the file');
    expect(await reveal({ given, ask })).toBe('from the environment');
    expect(await reveal({ ask })).toBe('typed the same');
    expect(prompts).toHaveLength(2);
    expect(await reveal({ ask }, false)).toBe('typed otherwise');
    expect(prompts).toHaveLength(3);
    expect(await reveal({})).toMatchObject({
      code: 'invalid-input',
      detail: expect.stringContaining('--passphrase-file') as string,
    });
    expect(await reveal({ given: new Secret('short') })).toMatchObject({ code: 'invalid-input' });
    expect(await reveal({ given: new Secret('short') }, false)).toBe('short');
    chmodSync(file, 0o644);
    expect(await reveal({ file })).toMatchObject({ detail: expect.stringContaining('Others can read') as string });
    expect(await reveal({ file: `${file}-not-there` })).toMatchObject({ code: 'invalid-input' });
  });

  it('opens a vault whatever way its accents were composed', async () => {
    const vault = await fixture.open({ passphrase: 'pässwörter' });
    await vault.set('k', 'kept');
    expect(await (await fixture.open({ passphrase: 'pässwörter'.normalize('NFD') })).get('k')).toEqual(found('kept'));
  });
});

describe('the older format, one file with everything', () => {
  const OLDER = 'vault.enc';

  async function writeOlder(values: object, passphrase = PASSPHRASE): Promise<void> {
    const keys = await deriveKeys(new Secret(passphrase), newKeyDerivation(QUICK_COST));
    const bound = boundTo(0, 'folder-1', OLDER);
    const text = seal(JSON.stringify(values), {
      key: keys.record,
      keyDerivation: keys.keyDerivation,
      bound,
      version: 0,
    });
    writeFileSync(join(fixture.dataDir, OLDER), text);
  }

  it('is moved into one file a record, and removed only then', async () => {
    await writeOlder({ 'a/1': 'of a', 'b/1': 'of b' });
    const vault = await fixture.open();
    expect(await vault.get('a/1')).toEqual(found('of a'));
    expect(await vault.get('b/1')).toEqual(found('of b'));
    expect(readdirSync(fixture.dataDir)).toEqual(['vault']);
    expect(await (await fixture.open()).get('a/1')).toEqual(found('of a'));
  });

  it('30 is moved by the next start where the last one was killed on the way', async () => {
    const first = await fixture.open();
    await first.set('a/1', 'of a');
    await writeOlder({ 'a/1': 'of a', 'b/1': 'of b' });
    expect(await (await fixture.open()).get('b/1')).toEqual(found('of b'));
    expect(readdirSync(fixture.dataDir)).toEqual(['vault']);
  });

  it('with a wrong passphrase stays as it is', async () => {
    await writeOlder({ 'a/1': 'of a' });
    const before = fixture.files();
    expect(await fixture.tryOpen({ passphrase: 'not this one' })).toMatchObject({ code: 'not-available' });
    expect(fixture.files()).toEqual(before);
  });

  it('30 torn, is set aside and named', async () => {
    await stored('k/1', 'kept');
    await writeOlder({ 'a/1': 'of a' }, 'of somebody else');
    expect(await (await fixture.open()).get('k/1')).toEqual(found('kept'));
    expect(readdirSync(fixture.dataDir).sort()).toEqual(['vault', `${OLDER}.unreadable`]);
    expect(JSON.stringify(fixture.logger.lines)).toContain(`${OLDER}.unreadable`);
  });
});
