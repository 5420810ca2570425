import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ConfigFile, createConfigFile } from '../../src-main/adapters/config-file.ts';
import type { ConfigEdit } from '../../src-main/engine/config/edit-config.ts';
import type { ParsedConfig } from '../../src-main/engine/config/parse-config.ts';
import { fail, ok, type Result } from '../../src-main/engine/model/result.ts';
import type { Logger } from '../../src-main/engine/ports.ts';

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

let folder: string;
let file: string;
let config: ConfigFile;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-config-'));
  file = path.join(folder, 'config.json');
  config = createConfigFile({ path: file, env: {}, logger: silent });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function textWith(...names: string[]): string {
  return JSON.stringify({
    mcpServers: Object.fromEntries(names.map((name) => [name, { url: `https://${name}.example/` }])),
  });
}

function namesIn(read: Result<ParsedConfig> | undefined): string[] | string {
  if (read === undefined) return 'nothing';
  return read.ok ? read.value.config.servers.map(({ name }) => name) : read.problem.code;
}

function add(name: string): (current: ParsedConfig) => Result<ConfigEdit> {
  return () => ok({ kind: 'add-server', name, entry: { url: `https://${name}.example/` } });
}

describe('the configuration file', () => {
  it('is an empty configuration where there is none, and is written for its owner only', async () => {
    expect(namesIn(config.read())).toEqual([]);
    expect(existsSync(file)).toBe(false);
    expect(await config.edit(add('a'))).toEqual(ok(undefined));
    expect(namesIn(config.read())).toEqual(['a']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is read again before each write, so that what a person wrote meanwhile stays', async () => {
    await config.edit(add('a'));
    writeFileSync(file, textWith('by-hand'));
    await config.edit((current) => {
      expect(namesIn(ok(current))).toEqual(['by-hand']);
      return add('b')(current);
    });
    expect(namesIn(config.read())).toEqual(['by-hand', 'b']);
  });

  it('takes edits one after the other, whoever asks at the same time', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => config.edit(add(name))));
    expect(namesIn(config.read())).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is not touched while it is broken, and says what is wrong until it is mended', async () => {
    writeFileSync(file, '{\n  "mcpServers": {,}\n}');
    const edited = await config.edit(add('a'));
    expect(edited).toMatchObject({ ok: false, problem: { code: 'config-invalid', file: 'config.json', line: 2 } });
    expect(config.problem).toMatchObject({ code: 'config-invalid', line: 2 });
    expect(readFileSync(file, 'utf8')).toBe('{\n  "mcpServers": {,}\n}');
    writeFileSync(file, textWith());
    config.read();
    expect(config.problem).toBeUndefined();
  });

  it('is not touched by an edit that was decided against, or that would break it', async () => {
    writeFileSync(file, textWith('a'));
    const refused = await config.edit(() => fail({ code: 'name-taken', name: 'a' }));
    expect(refused).toMatchObject({ problem: { code: 'name-taken' } });
    const wrong = await config.edit(() => ok({ kind: 'add-server', name: 'b', entry: { url: 'http://far.example/' } }));
    expect(wrong).toMatchObject({ ok: false, problem: { code: 'config-invalid', key: 'mcpServers.b.url' } });
    expect(readFileSync(file, 'utf8')).toBe(textWith('a'));
  });

  it('goes on after an edit whose decision threw', async () => {
    await expect(
      config.edit(() => {
        throw new Error('a bug');
      }),
    ).rejects.toThrow('a bug');
    expect(await config.edit(add('a'))).toEqual(ok(undefined));
  });

  it('says so when it cannot be written', async () => {
    rmSync(folder, { recursive: true });
    expect(await config.edit(add('a'))).toMatchObject({ ok: false, problem: { code: 'not-available' } });
  });
});

describe('a change by hand', () => {
  let heard: Result<ParsedConfig>[];
  let stop: () => void;

  beforeEach(() => {
    writeFileSync(file, textWith('a'));
    heard = [];
    stop = config.watch((read) => heard.push(read));
  });

  afterEach(() => stop());

  async function heardNames(names: string[] | string): Promise<void> {
    await vi.waitFor(() => expect(namesIn(heard.at(-1))).toEqual(names), { timeout: 5000 });
  }

  it('is heard, whether the editor writes in place or renames, again and again', async () => {
    writeFileSync(file, textWith('b'));
    await heardNames(['b']);
    for (const name of ['c', 'd']) {
      writeFileSync(path.join(folder, '.config.json.swp'), textWith(name));
      renameSync(path.join(folder, '.config.json.swp'), file);
      await heardNames([name]);
    }
    rmSync(file);
    await heardNames([]);
    writeFileSync(file, textWith('e'));
    await heardNames(['e']);
  });

  it('is heard where it came after the first reading and before the watching', async () => {
    stop();
    config.read();
    writeFileSync(file, textWith('between'));
    stop = config.watch((read) => heard.push(read));
    await heardNames(['between']);
  });

  it('is heard as a mistake where it is one, and once it is mended', async () => {
    writeFileSync(file, '{');
    await heardNames('config-invalid');
    expect(config.problem).toMatchObject({ code: 'config-invalid' });
    writeFileSync(file, textWith('b'));
    await heardNames(['b']);
    expect(config.problem).toBeUndefined();
  });

  it('is not heard where the text is the same, nor after the end, and is heard where the system tells nothing', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    try {
      const later = vi.fn();
      const stopLater = config.watch(later);
      writeFileSync(file, textWith('a'));
      vi.advanceTimersByTime(10_000);
      expect(later).not.toHaveBeenCalled();
      writeFileSync(file, textWith('b'));
      vi.advanceTimersByTime(2000);
      expect(later).toHaveBeenCalledOnce();
      stopLater();
      stopLater();
      writeFileSync(file, textWith('c'));
      vi.advanceTimersByTime(10_000);
      expect(later).toHaveBeenCalledOnce();
    } finally {
      vi.useRealTimers();
    }
  });
});
