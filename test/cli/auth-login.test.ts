import { afterEach, expect, test, vi } from 'vitest';
import type { Problem } from '../../src-main/engine/model/problem.ts';
import { fail, ok, type Result } from '../../src-main/engine/model/result.ts';
import type { LoginStarted, ServerRow } from '../../src-preload/contract.ts';
import type { CallInput } from '../../src-preload/derive.ts';
import { aRow, NOON, type ScriptedEngine, startScriptedEngine } from '../control/scripted-engine.ts';
import { type } from './command-line.ts';

let engine: ScriptedEngine | undefined;

afterEach(async () => {
  await engine?.close();
  engine = undefined;
});

const AUTHORIZATION_URL = 'https://login.example/authorize?state=s';

const begun: LoginStarted = {
  flowId: 'flow-1',
  correlationId: 'corr-1',
  authorizationUrl: AUTHORIZATION_URL,
  browserOpened: true,
  joined: false,
  deadline: NOON + 600_000,
};

/** An engine with a flow under way that the test ends, and a command line that waits for it. */
async function logIn(args: readonly string[], over: Partial<LoginStarted> = {}) {
  const asked: CallInput<'startLogin'>[] = [];
  const waits: CallInput<'waitForLogin'>[] = [];
  const pasted: string[] = [];
  let end = (_outcome: Result<ServerRow>): void => {};
  const ended = new Promise<Result<ServerRow>>((resolve) => {
    end = resolve;
  });
  const { promise: pasteAnswer, answer } = nextPasteAnswer();
  engine = await startScriptedEngine({
    startLogin: async (input) => {
      asked.push(input);
      return ok({ ...begun, ...over });
    },
    waitForLogin: (input) => {
      waits.push(input);
      return ended;
    },
    pasteCallback: async ({ address }) => {
      pasted.push(address);
      return pasteAnswer();
    },
  });
  const line = type(['auth', 'login', 'notes', ...args], { dataDir: engine.dataDir });
  await vi.waitFor(() => expect(waits).toEqual([{ name: 'notes', flowId: 'flow-1' }]));
  return { line, asked, pasted, end, answerPastesWith: answer };
}

function nextPasteAnswer() {
  let current: Result<Record<string, never>> = ok({});
  return {
    promise: async () => current,
    answer: (next: Result<Record<string, never>>) => {
      current = next;
    },
  };
}

test('prints the link, waits for the person, and tells the state', async () => {
  const { line, asked, end } = await logIn([]);
  expect(asked).toEqual([{ name: 'notes', openBrowser: true }]);
  expect(line.stdout()).toContain(`\n  ${AUTHORIZATION_URL}\n`);
  expect(line.stdout()).toContain('Waiting until 12:10.');
  end(ok(aRow()));
  expect(await line.exitCode).toBe(0);
  expect(line.stdout()).toContain('Signed in.\nnotes: Connected. No login needed.\n');
});

test('prints exactly the documented events under --json', async () => {
  const { line, asked, end } = await logIn(['--json', '--no-browser'], { browserOpened: false, joined: true });
  expect(asked).toEqual([{ name: 'notes', openBrowser: false }]);
  end(ok(aRow()));
  expect(await line.exitCode).toBe(0);
  expect(line.json()).toEqual([
    {
      event: 'authorization',
      correlationId: 'corr-1',
      authorizationUrl: AUTHORIZATION_URL,
      browserOpened: false,
      joined: true,
    },
    { event: 'done', state: 'ready' },
  ]);
});

test('10 says why no browser opened, and shows the link all the same', async () => {
  const { line, end } = await logIn(['--json'], { browserOpened: false, browserError: 'no display' });
  expect(line.json()).toMatchObject([{ browserOpened: false, browserError: 'no display' }]);
  end(ok(aRow()));
  expect(await line.exitCode).toBe(0);
});

const device = {
  userCode: 'WDJB-MJHT',
  verificationUri: 'https://login.example/device',
  verificationUriComplete: 'https://login.example/device?user_code=WDJB-MJHT',
};

test('10 --device opens no page, shows the code with its address, and waits', async () => {
  const { line, asked, end } = await logIn(['--device'], {
    browserOpened: false,
    authorizationUrl: device.verificationUriComplete,
    device,
  });
  expect(asked).toEqual([{ name: 'notes', openBrowser: false, device: true }]);
  expect(line.stdout()).toContain(`\n  ${device.verificationUriComplete}\n`);
  expect(line.stdout()).toContain('\n  WDJB-MJHT\n');
  expect(line.stdout()).toContain('Waiting until 12:10.\n');
  end(ok(aRow()));
  expect(await line.exitCode).toBe(0);
});

test('10 no browser could be opened: the code, the link and the place to paste are all shown, and in JSON', async () => {
  const over = { browserOpened: false, browserError: 'No browser could be opened: no display.', device };
  const { line, end } = await logIn([], over);
  const shown = line.stdout();
  for (const text of ['  WDJB-MJHT', `  ${AUTHORIZATION_URL}`, 'paste here the address']) expect(shown).toContain(text);
  end(ok(aRow()));
  expect(await line.exitCode).toBe(0);
  await engine?.close();
  const json = await logIn(['--json'], over);
  expect(json.line.json()).toMatchObject([{ event: 'authorization', browserOpened: false, device }]);
  json.end(fail({ code: 'authorization-refused', error: 'access_denied' }));
  expect(await json.line.exitCode).toBe(6);
});

test('10 a server without codes ends it with 5 and a sentence', async () => {
  engine = await startScriptedEngine({
    startLogin: async () => fail({ code: 'device-unavailable', issuer: 'https://login.example' }),
  });
  const line = type(['auth', 'login', 'notes', '--device'], { dataDir: engine.dataDir });
  expect(await line.exitCode).toBe(5);
  expect(line.stderr()).toContain('https://login.example offers no sign-in with a code on another device.');
});

test('--device is for one server', async () => {
  expect(await type(['auth', 'login', '--all', '--device']).exitCode).toBe(2);
});

test('10 takes the lines of standard input as pasted addresses, and goes on after a wrong one', async () => {
  const { line, pasted, end, answerPastesWith } = await logIn(['--json']);
  answerPastesWith(fail({ code: 'unknown-state' }));
  line.stdin.write('http://127.0.0.1:7717/oauth/callback?state=wrong\n\n');
  await vi.waitFor(() => expect(line.stderr()).toBe('This address belongs to no sign-in that is under way.\n'));
  expect(line.json()).toHaveLength(1);
  answerPastesWith(ok({}));
  line.stdin.write('  http://127.0.0.1:7717/oauth/callback?state=s&code=c  \n');
  await vi.waitFor(() => expect(pasted).toHaveLength(2));
  expect(pasted[1]).toBe('http://127.0.0.1:7717/oauth/callback?state=s&code=c');
  end(ok(aRow()));
  expect(await line.exitCode).toBe(0);
});

test('goes on waiting when standard input is closed', async () => {
  const { line, end } = await logIn([]);
  line.stdin.end();
  await vi.waitFor(() => expect(line.stdin.readableEnded).toBe(true));
  end(ok(aRow()));
  expect(await line.exitCode).toBe(0);
});

const endings: [string, Problem, number][] = [
  ['refused', { code: 'authorization-refused', error: 'access_denied' }, 6],
  ['expired', { code: 'flow-expired' }, 6],
  ['cancelled', { code: 'flow-cancelled' }, 6],
  ['started over', { code: 'flow-superseded' }, 6],
  ['failed', { code: 'token-endpoint-error', error: 'invalid_grant', status: 400 }, 1],
];

test.each(endings)('4 a sign-in that was %s ends as it should', async (_how, problem, code) => {
  const { line, end } = await logIn(['--json']);
  end(fail(problem));
  expect(await line.exitCode).toBe(code);
  expect(line.json()[1]).toEqual({ event: 'failed', problem });
  expect(line.stderr()).not.toBe('');
});

test('ends with 3 when the engine goes meanwhile', async () => {
  const { line } = await logIn(['--json']);
  for (const socket of engine?.connections ?? []) socket.destroy();
  expect(await line.exitCode).toBe(3);
  expect(line.json()[1]).toMatchObject({ event: 'failed', problem: { code: 'engine-not-running' } });
});

test('ends with 5 where the state reached still needs a person, and with 0 where the server is only out of reach', async () => {
  const needed = await logIn(['--json']);
  needed.end(ok(aRow({ state: { kind: 'login-needed', reason: { code: 'login-absent' } } })));
  expect(await needed.line.exitCode).toBe(5);
  await engine?.close();
  const problem: Problem = { code: 'network-unreachable', host: 'notes.example' };
  const away = await logIn(['--json']);
  away.end(ok(aRow({ state: { kind: 'waiting', retryAt: NOON, attempt: 1, problem } })));
  expect(await away.line.exitCode).toBe(0);
  expect(away.line.json()[1]).toEqual({ event: 'done', state: 'waiting' });
});

test('Ctrl-C leaves the sign-in alive and says so', async () => {
  const { line } = await logIn([]);
  line.interrupt();
  expect(await line.exitCode).toBe(130);
  expect(line.stderr()).toBe(
    'The sign-in stays open until 12:10. Finish it in the browser, or end it with "gatehouse auth cancel notes".\n',
  );
});

test('ends with the problem where no sign-in can begin', async () => {
  engine = await startScriptedEngine({
    startLogin: async () => fail({ code: 'registration-unavailable', issuer: 'https://login.example' }),
  });
  const line = type(['auth', 'login', 'notes', '--json'], { dataDir: engine.dataDir });
  expect(await line.exitCode).toBe(5);
  expect(line.json()).toEqual([
    { event: 'failed', problem: { code: 'registration-unavailable', issuer: 'https://login.example' } },
  ]);
});
