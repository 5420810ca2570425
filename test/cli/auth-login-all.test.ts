import { afterEach, expect, test, vi } from 'vitest';
import { ok } from '../../src-main/engine/model/result.ts';
import type { CallOutput } from '../../src-preload/derive.ts';
import { aRow, aSnapshot, type ScriptedEngine, startScriptedEngine } from '../control/scripted-engine.ts';
import { type } from './command-line.ts';

type Report = CallOutput<'startLoginToAll'>;

let engine: ScriptedEngine | undefined;

afterEach(async () => {
  await engine?.close();
  engine = undefined;
});

async function logInToAll(args: readonly string[] = []) {
  const asked: unknown[] = [];
  let stops = 0;
  let end = (_report: Report): void => {};
  const ended = new Promise<Report>((resolve) => {
    end = resolve;
  });
  engine = await startScriptedEngine({
    startLoginToAll: async (input) => {
      asked.push(input);
      return ok(await ended);
    },
    stopLoginToAll: async () => {
      stops += 1;
      end({ signedIn: [], passedOver: [{ name: 'notes', problem: { code: 'flow-cancelled' } }], stopped: true });
      return ok({});
    },
  });
  const line = type(['auth', 'login', '--all', ...args], { dataDir: engine.dataDir });
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  return { line, asked, end, events: engine.events, stops: () => stops };
}

test('11 auth login --all shows each link in its turn, and who was passed over at the end', async () => {
  const { line, asked, end, events } = await logInToAll();
  expect(asked).toEqual([{ openBrowser: true }]);
  const link = 'https://login.example/authorize?state=s';
  events.emit('snapshot', aSnapshot([aRow()], { loginToAll: { server: 'notes', left: 1 } }));
  events.emit('server', aRow({ authorizationUrl: link }));
  await vi.waitFor(() =>
    expect(line.stdout()).toContain(`Signing in to notes, 1 more after it. Its link:\n\n  ${link}\n`),
  );
  end({ signedIn: ['notes'], passedOver: [{ name: 'code', problem: { code: 'flow-expired' } }], stopped: false });
  expect(await line.exitCode).toBe(5);
  expect(line.stdout()).toContain('Signed in to notes.\nPassed over code: ');
});

test('11 auth login --all --json tells the same as events', async () => {
  const { line, end } = await logInToAll(['--json', '--no-browser']);
  const report: Report = { signedIn: ['notes'], passedOver: [], stopped: false };
  end(report);
  expect(await line.exitCode).toBe(0);
  expect(JSON.parse(line.stdout())).toEqual({ event: 'done', ...report });
});

test('11 Ctrl-C ends the run at the engine', async () => {
  const { line, stops } = await logInToAll();
  line.interrupt();
  expect(await line.exitCode).toBe(130);
  expect(stops()).toBe(1);
});

test('11 auth login wants a name or --all, and not both', async () => {
  engine = await startScriptedEngine({});
  for (const args of [[], ['notes', '--all']]) {
    const line = type(['auth', 'login', ...args], { dataDir: engine.dataDir });
    expect(await line.exitCode).toBe(2);
    expect(line.stderr()).toContain('Name one server, or give --all');
  }
});
