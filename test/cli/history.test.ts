import { afterEach, describe, expect, test } from 'vitest';
import { fail, ok } from '../../src-main/engine/model/result.ts';
import type { ServerHistory } from '../../src-preload/contract.ts';
import type { Handlers } from '../../src-preload/derive.ts';
import { NOON, type ScriptedEngine, startScriptedEngine } from '../control/scripted-engine.ts';
import { type } from './command-line.ts';

let engine: ScriptedEngine | undefined;
afterEach(() => engine?.close());

async function run(args: readonly string[], history: Handlers['history']) {
  engine = await startScriptedEngine({ history });
  const line = type(args, { dataDir: engine.dataDir });
  return { exitCode: await line.exitCode, stdout: line.stdout(), stderr: line.stderr(), json: line.json };
}

const HOUR = 3_600_000;
const day: ServerHistory = {
  name: 'notes',
  from: NOON - 24 * HOUR,
  until: NOON,
  spans: [
    { kind: 'connected', from: NOON - 12 * HOUR, until: NOON - 9 * HOUR },
    { kind: 'asleep', from: NOON - 9 * HOUR, until: NOON - 2 * HOUR },
    { kind: 'sign-in-needed', from: NOON - 2 * HOUR, until: NOON - HOUR, why: 'login-ended' },
    { kind: 'connected', from: NOON - HOUR, until: NOON, brief: 3 },
  ],
  points: [
    { kind: 'renewed', at: NOON - 11 * HOUR, until: NOON - 10 * HOUR, count: 4 },
    { kind: 'signed-in', at: NOON - HOUR, until: NOON - HOUR, count: 1 },
  ],
};

describe('history', () => {
  test('tells the day in the words of the window, oldest first, gaps as gaps', async () => {
    const { exitCode, stdout } = await run(['history', 'notes'], async () => ok(day));
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').map((text) => text.replaceAll(/ {2,}/g, '  '))).toEqual([
      'notes, the last 24 hours:',
      '00:00  Connected  for 3 h',
      '01:00  Renewed 4 times  until 02:00',
      '03:00  Asleep  for 7 h',
      '10:00  Sign in needed (the login ended)  for 1 h',
      '11:00  Connected (and 3 shorter changes)  since then',
      '11:00  Signed in',
      '',
    ]);
  });

  test('--json is the same in milliseconds since 1970, and an unknown name ends with 4', async () => {
    const { json } = await run(['history', 'notes', '--json'], async () => ok(day));
    expect(json()).toEqual([day]);
    await engine?.close();
    const unknown = await run(['history', 'nodes'], async () =>
      fail({ code: 'unknown-server', server: 'nodes', known: ['notes'] }),
    );
    expect(unknown.exitCode).toBe(4);
    expect(unknown.stderr).toContain('There are: notes.');
  });
});
