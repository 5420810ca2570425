import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SecretServiceLook } from '../../src-main/adapters/keychain/look-at-secret-service.ts';
import type { KeychainVault } from '../../src-main/adapters/keychain/vault.ts';
import { workerEnvironment } from '../../src-main/adapters/keychain/worker-process.ts';
import { createVaultFixture, fileWorker, type TestVaultOptions, type VaultFixture } from './test-keychain.ts';

let fixture: VaultFixture;
let folder: string;
let starts: number;

beforeEach(() => {
  fixture = createVaultFixture();
  folder = join(fixture.dir, 'keychain');
  mkdirSync(folder);
  starts = 0;
});
afterEach(async () => {
  for (const name of ['hold', 'hang', 'refuse', 'refuse-writes', 'crash']) clear(name);
  await fixture.dispose();
});

function raise(name: string, text = ''): void {
  writeFileSync(join(folder, name), text);
}
function clear(name: string): void {
  rmSync(join(folder, name), { force: true });
}
function itemsOf(key: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('item-') && decodeURIComponent(name).endsWith(key));
}
function open(options: Partial<TestVaultOptions> = {}, ...maxItemBytes: string[]): Promise<KeychainVault> {
  const spawn = fileWorker(folder, ...maxItemBytes);
  const spawnWorker = (): ReturnType<typeof spawn> => {
    starts += 1;
    return spawn();
  };
  return fixture.open({ spawnWorker, ...options });
}
const appears = (path: string): Promise<void> => vi.waitFor(() => expect(existsSync(path)).toBe(true), 10_000);

describe('the keychain vault', () => {
  it('splits values that are longer than an item of this keychain', async () => {
    const vault = await open({}, '2560');
    const value = 'é'.repeat(4_000);
    expect(await vault.set('k', value)).toEqual({ kind: 'done' });
    expect(await vault.get('k')).toEqual({ kind: 'found', value });
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name)).length).toBeLessThanOrEqual(2_560);
    expect(await vault.delete('k')).toEqual({ kind: 'done' });
    expect(readdirSync(folder).filter((name) => !name.includes('sentinel'))).toEqual([]);
  });

  it('keeps items under the data folder id', async () => {
    const vault = await open({ dataFolderId: 'abc' });
    await vault.set('github/tokens', 'value');
    expect(itemsOf('abc/github/tokens')).toHaveLength(1);
  });

  it('keeps the order of writes and reads of one key', async () => {
    const vault = await open();
    const answers = await Promise.all([
      vault.set('k', 'first'),
      vault.get('k'),
      vault.set('k', 'second'),
      vault.get('k'),
      vault.delete('k'),
      vault.get('k'),
    ]);
    expect(answers).toEqual([
      { kind: 'done' },
      { kind: 'found', value: 'first' },
      { kind: 'done' },
      { kind: 'found', value: 'second' },
      { kind: 'done' },
      { kind: 'absent' },
    ]);
  });

  it('lets no read overtake a write of the same key', async () => {
    const vault = await open();
    raise('hold', 'set ');
    const written = vault.set('k', 'value');
    await appears(join(folder, 'held'));
    const read = vault.get('k');
    await vault.get('other');
    clear('hold');
    expect(await read).toEqual({ kind: 'found', value: 'value' });
    await written;
  });

  it('answers a write only when the keychain has it, and lets other keys pass meanwhile', async () => {
    const vault = await open();
    raise('hold', 'slow');
    let isDone = false;
    const slow = vault.set('slow', 'value').then((answer) => {
      isDone = true;
      return answer;
    });
    await appears(join(folder, 'held'));
    expect(await vault.set('quick', 'value')).toEqual({ kind: 'done' });
    expect(isDone).toBe(false);
    expect(itemsOf('slow')).toHaveLength(0);
    clear('hold');
    expect(await slow).toEqual({ kind: 'done' });
    expect(itemsOf('slow')).toHaveLength(1);
  });

  it('refuses values that libsecret would cut or refuse', async () => {
    const vault = await open();
    expect(() => vault.set('k', '')).toThrow(TypeError);
    expect(() => vault.set('k', 'a\0b')).toThrow(TypeError);
  });

  it('29 reads an item once: the sentinel is read at the start, not at each call', async () => {
    const vault = await open();
    await vault.set('k', 'value');
    raise('hold', 'sentinel');
    expect(await vault.get('k')).toEqual({ kind: 'found', value: 'value' });
    expect(existsSync(join(folder, 'held'))).toBe(false);
  });

  it('gives its worker nothing of the environment but what a keychain needs', () => {
    const env = {
      HOME: '/h',
      DBUS_SESSION_BUS_ADDRESS: 'unix:x',
      XDG_RUNTIME_DIR: '/r',
      LANG: 'de',
      GITHUB_TOKEN: 's',
    };
    expect(workerEnvironment({ ...env, NODE_OPTIONS: '--require x' })).toEqual({
      HOME: '/h',
      DBUS_SESSION_BUS_ADDRESS: 'unix:x',
      XDG_RUNTIME_DIR: '/r',
      LC_ALL: 'C.UTF-8',
    });
  });
});

describe('28 a prompt that nobody answers', () => {
  it('means locked after the limit, and only a retry asks again', async () => {
    const vault = await open({ callLimitMs: 300 });
    await vault.set('k', 'kept');
    raise('hang');
    expect(await Promise.all([vault.get('k'), vault.set('k', 'x'), vault.get('other')])).toEqual([
      { kind: 'locked' },
      { kind: 'locked' },
      { kind: 'locked' },
    ]);
    const before = starts;
    for (let i = 0; i < 20; i += 1) expect(await vault.get('k')).toEqual({ kind: 'locked' });
    // As on macOS and Windows: nothing can be seen without a prompt, so the alarm asks for nothing.
    expect(await vault.retryQuietly()).toEqual({ kind: 'locked' });
    expect(starts).toBe(before);
    expect(await vault.retry()).toEqual({ kind: 'locked' });
    expect(starts).toBe(before + 1);
    clear('hang');
    expect(await Promise.all([vault.retry(), vault.retry()])).toEqual([{ kind: 'keychain' }, { kind: 'keychain' }]);
    expect(starts).toBe(before + 2);
    expect(await vault.get('k')).toEqual({ kind: 'found', value: 'kept' });
  });

  it('is asked again by the alarm once it is seen to be unlocked, and not before', async () => {
    let seen: SecretServiceLook = 'locked';
    const vault = await open({ callLimitMs: 300, look: async () => seen });
    await vault.set('k', 'kept');
    raise('hang');
    expect(await vault.get('k')).toEqual({ kind: 'locked' });
    const before = starts;
    for (seen of ['locked', 'unknown'] as const) expect(await vault.retryQuietly()).toEqual({ kind: 'locked' });
    expect(starts).toBe(before);
    clear('hang');
    seen = 'unlocked';
    expect(await vault.retryQuietly()).toEqual({ kind: 'keychain' });
    expect(await vault.get('k')).toEqual({ kind: 'found', value: 'kept' });
  });

  it('stays locked, not empty, when the keychain goes away before it is unlocked', async () => {
    raise('refuse', 'Cannot create an item in a locked collection');
    const vault = await open();
    expect(vault.health()).toEqual({ kind: 'locked' });
    raise('refuse', 'The given address is empty');
    expect(await vault.retry()).toEqual({ kind: 'locked' });
    expect(await vault.get('k')).toEqual({ kind: 'locked' });
  });
});

describe('28 a worker that crashes', () => {
  it('answers unavailable, is started again by the next call, and not more than three times a minute', async () => {
    let now = 0;
    const vault = await open({ clock: { monotonicMs: () => now } });
    await vault.set('k', 'kept');
    raise('crash');
    expect(await vault.get('k')).toEqual({ kind: 'unavailable', detail: 'the keychain worker ended (exit code 3)' });
    clear('crash');
    expect(await vault.get('k')).toEqual({ kind: 'found', value: 'kept' });
    raise('crash');
    for (let i = 0; i < 10; i += 1) expect((await vault.get('k')).kind).toBe('unavailable');
    expect(starts).toBe(1 + 3);
    expect(vault.health()).toEqual({ kind: 'keychain' });
    clear('crash');
    now += 60_000;
    expect(await vault.get('k')).toEqual({ kind: 'found', value: 'kept' });
  });
});

describe('28 a keychain that refuses a write', () => {
  it('once, is asked again in a fresh worker, and nobody notices', async () => {
    const vault = await open();
    await vault.set('k', 'old');
    raise('refuse-writes', '1');
    expect(await vault.set('k', 'new')).toEqual({ kind: 'done' });
    expect(await vault.get('k')).toEqual({ kind: 'found', value: 'new' });
    expect(starts).toBe(2);
  });

  it('twice, says so; the old value stands, the keychain counts as one that works, and the next write is taken', async () => {
    const vault = await open();
    await vault.set('k', 'old');
    raise('refuse-writes', '2');
    expect(await vault.set('k', 'new')).toEqual({ kind: 'unavailable', detail: 'The keychain is out of sorts' });
    expect(vault.health()).toEqual({ kind: 'keychain' });
    expect(await vault.get('k')).toEqual({ kind: 'found', value: 'old' });
    expect(await vault.set('k', 'newer')).toEqual({ kind: 'done' });
    expect(await vault.get('k')).toEqual({ kind: 'found', value: 'newer' });
  });

  it('in the middle of a long value keeps the old one whole', async () => {
    const vault = await open({}, '2560');
    const old = 'o'.repeat(6_000);
    await vault.set('k', old);
    raise('hold', '#2.1');
    const written = vault.set('k', 'n'.repeat(6_000));
    await appears(join(folder, 'held'));
    raise('refuse-writes', '9');
    clear('hold');
    expect((await written).kind).toBe('unavailable');
    clear('refuse-writes');
    expect(await vault.get('k')).toEqual({ kind: 'found', value: old });
  });
});

// errSecInteractionNotAllowed and errSecUserCanceled, as keytar passes them on; no other system says them.
describe.each(['User interaction is not allowed.', 'User canceled the operation.'])('28 on macOS "%s"', (text) => {
  const platform = Object.getOwnPropertyDescriptor(process, 'platform');
  beforeEach(() => void Object.defineProperty(process, 'platform', { ...platform, value: 'darwin' }));
  afterEach(() => void Object.defineProperty(process, 'platform', platform ?? {}));

  it('is locked at the start, never an empty memory, and asked again by a click alone', async () => {
    const writer = await open();
    await writer.set('k', 'kept');
    await writer.close();
    raise('refuse', text);
    const vault = await open();
    expect(vault.health()).toEqual({ kind: 'locked' });
    clear('refuse');
    expect(await vault.get('k')).toEqual({ kind: 'locked' });
    expect(await vault.retryQuietly()).toEqual({ kind: 'locked' });
    expect(await vault.retry()).toEqual({ kind: 'keychain' });
    expect(await vault.get('k')).toEqual({ kind: 'found', value: 'kept' });
  });
});

describe('28 no keychain', () => {
  it('keeps values in memory and says so, until a retry finds one and moves them there', async () => {
    const writer = await open();
    await writer.set('old', 'to be deleted');
    await writer.close();
    raise('refuse', 'The given address is empty');
    const vault = await open();
    expect(vault.health()).toEqual({ kind: 'memory', why: 'no-keychain', detail: 'The given address is empty' });
    expect(await vault.get('k')).toEqual({ kind: 'absent' });
    expect(await vault.set('k', 'value')).toEqual({ kind: 'done' });
    expect(await vault.delete('old')).toEqual({ kind: 'done' });
    expect(await vault.get('k')).toEqual({ kind: 'found', value: 'value' });
    expect((await vault.retry()).kind).toBe('memory');
    expect(itemsOf('/k')).toHaveLength(0);

    clear('refuse');
    const seen: string[] = [];
    vault.onHealth((health) => seen.push(health.kind));
    raise('hold', '/k');
    const retry = vault.retry();
    await appears(join(folder, 'held'));
    await vault.set('k', 'newer');
    await vault.set('later', 'too');
    clear('hold');
    expect(await retry).toEqual({ kind: 'keychain' });
    expect(seen).toEqual(['keychain']);
    expect(await vault.get('k')).toEqual({ kind: 'found', value: 'newer' });
    expect(itemsOf('/k').map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['newer']);
    expect(itemsOf('/later')).toHaveLength(1);
    expect(itemsOf('/old')).toHaveLength(0);
  });
});

describe('22 an engine that is killed in the middle of a write', () => {
  async function killParentMidWrite(value: string, ...maxItemBytes: string[]): Promise<void> {
    const program = fileURLToPath(new URL('./parent-process.ts', import.meta.url));
    const parent = fork(program, [folder, fixture.pidFile, value, ...maxItemBytes], {
      execArgv: ['--import', import.meta.resolve('tsx')],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    raise('hold', 'slow');
    await appears(join(folder, 'held'));
    const exit = once(parent, 'exit');
    parent.kill('SIGKILL');
    await exit;
  }

  it('has its write finished by the worker, and the next engine waits for that before it reads', async () => {
    await killParentMidWrite('written by the old one');
    expect(itemsOf('slow')).toHaveLength(0);
    let isOpen = false;
    const successor = open().then((vault) => {
      isOpen = true;
      return vault;
    });
    await expect(vi.waitFor(() => expect(isOpen).toBe(true), 500)).rejects.toThrow();
    expect(starts).toBe(0);
    clear('hold');
    expect(await (await successor).get('github/slow')).toEqual({ kind: 'found', value: 'written by the old one' });
  });

  it('has all parts of a long value written, where an item holds less than it', async () => {
    const value = 'é'.repeat(4_000);
    await killParentMidWrite(value, '2560');
    clear('hold');
    const vault = await open({}, '2560');
    expect(await vault.get('github/slow')).toEqual({ kind: 'found', value });
  });

  it('has a worker that ends within 5 s even when its call never ends', async () => {
    await killParentMidWrite('never written');
    const { pid } = JSON.parse(readFileSync(fixture.pidFile, 'utf8')) as { pid: number };
    const start = performance.now();
    const vault = await open();
    expect(performance.now() - start).toBeGreaterThan(3_000);
    expect(performance.now() - start).toBeLessThan(8_000);
    clear('hold');
    expect(vault.health()).toEqual({ kind: 'keychain' });
    expect(JSON.parse(readFileSync(fixture.pidFile, 'utf8'))).not.toMatchObject({ pid });
  });
});
