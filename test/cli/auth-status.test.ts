import { afterEach, describe, expect, test } from 'vitest';
import { ok } from '../../src-main/engine/model/result.ts';
import type { ServerRow } from '../../src-preload/contract.ts';
import { aRow, aSnapshot, NOON, type ScriptedEngine, startScriptedEngine } from '../control/scripted-engine.ts';
import { type } from './command-line.ts';

let engine: ScriptedEngine | undefined;

afterEach(async () => {
  await engine?.close();
  engine = undefined;
});

async function authStatus(servers: ServerRow[], ...args: string[]) {
  await engine?.close();
  engine = await startScriptedEngine({ status: async () => ok(aSnapshot(servers)) });
  const line = type(['auth', 'status', ...args], { dataDir: engine.dataDir });
  return { exitCode: await line.exitCode, stdout: line.stdout(), stderr: line.stderr(), json: line.json };
}

const token = { kind: 'fresh', obtainedAt: NOON, expiresAt: NOON + 3.6e6, refreshDueAt: NOON + 2.7e6 } as const;
const login = {
  issuer: 'https://login.example',
  clientId: 'c1',
  registration: 'configured',
  signedInAt: NOON,
  renewedCount: 0,
  token,
  renewable: true,
} as const;

function signedIn(name: string, change: Partial<NonNullable<ServerRow['login']>> = {}): ServerRow {
  return aRow({ name, state: { kind: 'ready', token }, login: { ...login, ...change } });
}

describe('auth status', () => {
  test.each([
    ['configured', 'c1 (configured)'],
    ['document', 'c1 (a published document)'],
    ['dynamic', 'c1 (registered by itself)'],
  ] as const)('R1 tells a client that is %s apart from the others', async (registration, shown) => {
    const { stdout } = await authStatus([signedIn('notes', { registration })]);
    expect(stdout).toMatch(new RegExp(`^ {2}Client +${shown.replace(/[()]/g, '\\$&')}$`, 'm'));
    const { json } = await authStatus([signedIn('notes', { registration })], '--json');
    expect(json()).toMatchObject([{ login: { registration } }]);
  });

  test('says of a client that signs in for itself that it does, and promises no renewal by a refresh token', async () => {
    const { stdout } = await authStatus([signedIn('machine', { withoutPerson: true })]);
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining([
        '  How           the client signs in for itself',
        '  Until         13:00, then a new token',
      ]),
    );
    const { json } = await authStatus([signedIn('machine', { withoutPerson: true })], '--json');
    expect(json()).toMatchObject([{ login: { withoutPerson: true } }]);
  });

  test('claims no planned refresh of a server that is disabled, in words and in JSON', async () => {
    const waiting = {
      kind: 'refresh-waiting',
      obtainedAt: NOON,
      expiresAt: NOON + 3.6e6,
      retryAt: NOON + 60_000,
      attempt: 2,
      problem: { code: 'network-unreachable', host: 'wiki.example' },
    } as const;
    for (const kept of [token, waiting]) {
      const off = aRow({ state: { kind: 'disabled' }, login: { ...login, token: kept } });
      const { stdout } = await authStatus([off]);
      expect(stdout).toContain('  Next          nothing while it is disabled');
      const { stdout: text, json } = await authStatus([off], '--json');
      expect(json()).toMatchObject([{ token: { expiresAt: NOON + 3.6e6 }, login: { token: { kind: kept.kind } } }]);
      expect(text).not.toMatch(/refreshDueAt|retryAt/);
    }
    const { json } = await authStatus([signedIn('on')], '--json');
    expect(json()).toMatchObject([{ token: { refreshDueAt: NOON + 2.7e6 }, login: { token } }]);
  });

  test('says in a sentence that there is no server, and in JSON nothing', async () => {
    expect(await authStatus([])).toMatchObject({ exitCode: 0, stdout: 'No server is configured.\n', stderr: '' });
    expect(await authStatus([], '--json')).toMatchObject({ exitCode: 0, stdout: '' });
  });

  test('tells sixty servers with the longest names line by line, with nothing that a pipe or a narrow terminal could break', async () => {
    const servers = Array.from({ length: 60 }, (_, index) =>
      signedIn(`n${index}`.padEnd(64, '-long'), { scope: 'a-very-long-scope '.repeat(20).trim() }),
    );
    const { stdout, stderr, exitCode } = await authStatus(servers);
    expect([exitCode, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n').slice(0, -1);
    expect(lines.filter((line) => !line.startsWith(' ')).map((line) => line.split(':')[0])).toEqual(
      servers.map(({ name }) => name),
    );
    // No value is padded to the width of another: a terminal of 40 columns breaks each only where it is long itself.
    for (const line of lines) expect(line).toMatch(/^(\S.*| {2}.{12} {2}\S.*)$/);
    expect(stdout).not.toMatch(/ \n| {13}/);
    expect(stdout).not.toContain('\u001b');
    const { json } = await authStatus(servers, '--json');
    expect(json()).toHaveLength(60);
  });
});
