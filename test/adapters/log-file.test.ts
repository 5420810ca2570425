import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogFile, type LogFile } from '../../src-main/adapters/log-file.ts';

let folder: string;

beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'gatehouse-log-')), 'logs');
});

afterEach(() => rmSync(path.dirname(folder), { recursive: true, force: true }));

function linesOf(file: string): Record<string, unknown>[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log', () => {
  it('is JSON lines with time, level and event first, from the chosen level up', async () => {
    const log = createLogFile({ dir: folder, level: 'info' });
    log.debug('too.fine');
    log.info('request.done', { server: 'notion', status: 200, ms: 3, detail: '100%c %s %d\nnext' });
    log.warn('w');
    log.error('token.expires', { at: 7 });
    await log.flush();
    const lines = linesOf(log.path);
    expect(lines.map(({ level, event }) => `${level} ${event}`)).toEqual([
      'info request.done',
      'warn w',
      'error token.expires',
    ]);
    expect(Object.keys(lines[0] ?? {})).toEqual(['at', 'level', 'event', 'server', 'status', 'ms', 'detail']);
    expect(lines[0]).toMatchObject({ status: 200, detail: '100%c %s %d\nnext' });
    expect(lines[2]).toMatchObject({ forAt: 7, at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) });
  });

  it('is for its owner only, folder and old files too', async () => {
    const log = createLogFile({ dir: folder, level: 'debug', maxBytes: 200 });
    for (let n = 0; n < 12; n += 1) {
      log.info('x', { detail: 'y'.repeat(100) });
      await log.flush();
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const files = readdirSync(folder);
    expect(files.length).toBe(4);
    for (const name of files) expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('keeps three old files, the newest lines in the newest', async () => {
    const log = createLogFile({ dir: folder, level: 'debug', maxBytes: 300 });
    for (let count = 1; count <= 40; count += 1) {
      log.info('x', { count });
      await log.flush();
    }
    expect(readdirSync(folder).sort()).toEqual([
      'gatehouse.1.log',
      'gatehouse.2.log',
      'gatehouse.3.log',
      'gatehouse.log',
    ]);
    const counts = ['gatehouse.3.log', 'gatehouse.2.log', 'gatehouse.1.log', 'gatehouse.log'].flatMap((name) =>
      linesOf(path.join(folder, name)).map(({ count }) => count),
    );
    expect(counts).toEqual(Array.from({ length: counts.length }, (_, n) => 41 - counts.length + n));
    expect(counts.length).toBeGreaterThan(12);
  });

  it('takes out what looks like a secret, and cuts foreign text', async () => {
    const log = createLogFile({ dir: folder, level: 'debug' });
    log.info('oauth.response', {
      url: 'https://a.example/cb?code=hunter2',
      detail: `Bearer hunter2 ${'x'.repeat(5000)}`,
    });
    await log.flush();
    const text = readFileSync(log.path, 'utf8');
    expect(text).not.toContain('hunter2');
    expect(text.length).toBeLessThan(2500);
  });

  it('does not block: a line is not on disk when the call returns, but after flush', async () => {
    const log: LogFile = createLogFile({ dir: folder, level: 'debug' });
    for (let count = 0; count < 500; count += 1) log.info('x', { count });
    expect(existsSync(log.path) ? readFileSync(log.path, 'utf8').length : 0).toBe(0);
    await log.flush();
    expect(linesOf(log.path).map(({ count }) => count)).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  const SOURCE = path.join(import.meta.dirname, '../../src-main/adapters/log-file.ts');

  function runProgram(body: string) {
    const program = path.join(path.dirname(folder), 'program.mts');
    writeFileSync(program, `import { createLogFile } from ${JSON.stringify(SOURCE)};\n${body}`);
    // As a service manager starts it: no package.json in sight.
    return spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), program, folder], {
      cwd: path.parse(folder).root,
      encoding: 'utf8',
      timeout: 15_000,
    });
  }

  it.each([
    ['process.exit(7)', 7],
    ["throw new Error('crash')", 1],
  ])('has every line, once, after %s', (end, code) => {
    const { status, stdout } = runProgram(`
      const log = createLogFile({ dir: process.argv[2] ?? '', level: 'debug' });
      log.info('first');
      setTimeout(() => {
        for (let count = 0; count < 300; count += 1) log.info('x', { count });
        ${end};
      }, 20);`);
    expect({ status, stdout }).toEqual({ status: code, stdout: '' });
    const lines = linesOf(path.join(folder, 'gatehouse.log'));
    expect(lines.map(({ count }) => count)).toEqual([undefined, ...Array.from({ length: 300 }, (_, n) => n)]);
  });

  it('has a line once that reached the disk before the process knew of it', () => {
    runProgram(`
      import { statSync } from 'node:fs';
      const log = createLogFile({ dir: process.argv[2] ?? '', level: 'debug' });
      log.info('first');
      await log.flush();
      const before = statSync(log.path).size;
      log.info('x', { count: 1 });
      void log.flush();
      while (statSync(log.path).size === before) await new Promise((resolve) => setImmediate(resolve));
      log.info('x', { count: 2 });
      process.exit();`);
    expect(linesOf(path.join(folder, 'gatehouse.log')).map(({ count }) => count)).toEqual([undefined, 1, 2]);
  });

  it('says once that it cannot be written when its folder goes', () => {
    const { status, stdout, stderr } = runProgram(`
      import { rmSync } from 'node:fs';
      const log = createLogFile({ dir: process.argv[2] ?? '', level: 'debug' });
      log.info('first');
      await log.flush();
      rmSync(process.argv[2] ?? '', { recursive: true });
      for (let n = 0; n < 3; n += 1) {
        log.info('x');
        await log.flush();
      }`);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr.match(/The log cannot be written/g)).toHaveLength(1);
  });

  it('neither throws nor writes to standard output where it cannot be written, and says so once', () => {
    writeFileSync(folder, 'a file, no folder');
    const { status, stdout, stderr } = runProgram(`
      const log = createLogFile({ dir: process.argv[2] ?? '', level: 'debug' });
      log.info('x');
      log.info('y');
      await log.flush();`);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr.match(/The log cannot be written/g)).toHaveLength(1);
  });
});
