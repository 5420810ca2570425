import { spawn } from 'node:child_process';
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { programEnvironment } from '../../../src-main/adapters/programs/program-environment.ts';
import { createPrograms, type SystemPrograms } from '../../../src-main/adapters/programs/programs.ts';
import type { ProgramEnd, ProgramToStart } from '../../../src-main/engine/ports.ts';
import { isAlive } from '../../servers/is-alive.ts';

const toClose: SystemPrograms[] = [];

afterEach(async () => {
  for (const programs of toClose.splice(0)) await programs.close();
});

const PATIENCE = { timeout: 8000 };

/** Starts a helper that shrugs at its input and at SIGTERM, says both process ids, and does as little itself. */
const STUBBORN = `
  const helper = require('node:child_process').spawn(process.execPath,
    ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"], { stdio: 'ignore' });
  console.log(process.pid + ' ' + helper.pid);
  setInterval(() => {}, 1000);
`;

function start(program: Partial<ProgramToStart> & { readonly command: string }) {
  const programs = createPrograms({ env: { PATH: process.env.PATH, HOME: process.env.HOME, OURS: 'secret' } });
  toClose.push(programs);
  const seen: { output: string; ends: ProgramEnd[] } = { output: '', ends: [] };
  const started = programs.start(
    { args: [], env: {}, ...program },
    {
      onStart: () => {},
      onOutput: (chunk) => {
        seen.output += Buffer.from(chunk).toString();
      },
      onErrorOutput: () => {},
      onEnd: (end) => void seen.ends.push(end),
    },
  );
  const pids = async (): Promise<number[]> => {
    await expect.poll(() => seen.output, PATIENCE).toMatch(/^\d+ \d+\n/);
    return seen.output.trim().split(' ').map(Number);
  };
  return { programs, started, seen, pids };
}

describe('a program', () => {
  test('reads what is written to it; what it wrote before its end arrives before its end is told', async () => {
    const { started, seen } = start({ command: 'sh', args: ['-c', 'read line; echo "heard $line"; exit 4'] });
    await started.write('hello\n');
    await expect.poll(() => seen.ends, PATIENCE).toEqual([{ kind: 'ended', how: 'code 4' }]);
    expect(seen.output).toBe('heard hello\n');
  });

  test('that is not there, or may not be run, is told as that, once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-program-'));
    const file = join(folder, 'not-executable');
    await writeFile(file, 'x');
    await chmod(file, 0o600);
    const missing = start({ command: join(folder, 'nothing') });
    const forbidden = start({ command: file });
    await expect.poll(() => missing.seen.ends, PATIENCE).toEqual([{ kind: 'not-found' }]);
    await expect
      .poll(() => forbidden.seen.ends, PATIENCE)
      .toMatchObject([{ kind: 'not-started', detail: 'this account may not run it' }]);
  });

  test('meets no shell: its arguments arrive as they are', async () => {
    const words = ['$HOME', '`id`', 'a b', '"', "'", ';', '&&'];
    const { seen } = start({
      command: process.execPath,
      args: ['-p', 'JSON.stringify(process.argv.slice(1))', ...words],
    });
    await expect.poll(() => seen.output, PATIENCE).toBe(`${JSON.stringify(words)}\n`);
  });

  test('42 gets the few variables that it needs and those configured', async () => {
    const { seen } = start({
      command: process.execPath,
      args: ['-p', 'JSON.stringify(process.env)'],
      env: { GIVEN: '1' },
    });
    await expect.poll(() => seen.output, PATIENCE).toContain('}\n');
    expect(JSON.parse(seen.output)).toMatchObject({ GIVEN: '1', PATH: process.env.PATH });
    expect(seen.output).not.toContain('OURS');
  });

  test('42 on Windows too, and a function of a shell never', () => {
    const env = { Path: 'C:\\x', SystemRoot: 'C:\\Windows', GITHUB_TOKEN: 'x', HOME: '() { :; }' };
    expect(programEnvironment(env, 'win32')).toEqual({ Path: 'C:\\x', SystemRoot: 'C:\\Windows' });
    expect(programEnvironment(env, 'linux')).toEqual({});
  });

  test('is ended with all that it started, however stubborn', async () => {
    const { started, seen, pids } = start({ command: process.execPath, args: ['-e', STUBBORN] });
    const all = await pids();
    expect(all.filter(isAlive)).toHaveLength(2);
    await started.end();
    expect(all.filter(isAlive)).toEqual([]);
    await expect.poll(() => seen.ends.map(({ kind }) => kind), PATIENCE).toEqual(['ended']);
  });

  test('that ends by itself takes along what it had started', async () => {
    const { seen, pids } = start({
      command: process.execPath,
      args: ['-e', `${STUBBORN} setTimeout(() => process.exit(1), 300)`],
    });
    const all = await pids();
    await expect.poll(() => seen.ends, PATIENCE).toEqual([{ kind: 'ended', how: 'code 1' }]);
    await expect.poll(() => all.filter(isAlive), PATIENCE).toEqual([]);
  });

  test('does not outlive us, nor does what it started, when we are killed', async () => {
    const script = join(import.meta.dirname, 'owner.process.ts');
    const owner = spawn(process.execPath, ['--import', 'tsx', script, process.execPath, '-e', STUBBORN], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    owner.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    await expect.poll(() => output, { timeout: 15_000 }).toMatch(/^\d+ \d+\n/);
    const all = output.trim().split(' ').map(Number);
    owner.kill('SIGKILL');
    await expect.poll(() => all.filter(isAlive), PATIENCE).toEqual([]);
  });
});
