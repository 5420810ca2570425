import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Problem } from '../../src-main/engine/model/problem.ts';
import { fail, ok } from '../../src-main/engine/model/result.ts';
import type { CallInput, CallOutput, Handlers } from '../../src-preload/derive.ts';
import { aRow, aSnapshot, NOON, type ScriptedEngine, startScriptedEngine } from '../control/scripted-engine.ts';
import { type } from './command-line.ts';

let engine: ScriptedEngine | undefined;

afterEach(async () => {
  await engine?.close();
  engine = undefined;
});

/** Runs a command line to its end beside an engine with these answers. */
async function run(args: readonly string[], answers: Partial<Handlers>, typed?: string) {
  engine = await startScriptedEngine(answers);
  const line = type(args, { dataDir: engine.dataDir });
  if (typed !== undefined) line.stdin.end(typed);
  const exitCode = await line.exitCode;
  return { exitCode, stdout: line.stdout(), stderr: line.stderr(), json: line.json, opened: line.opened };
}

const unknown = async ({ name }: { name: string }) =>
  fail({ code: 'unknown-server', server: name, known: ['notes', 'tickets'] });

const rows = [
  aRow({
    name: 'notes',
    state: {
      kind: 'ready',
      token: { kind: 'fresh', obtainedAt: NOON, expiresAt: NOON + 3.6e6, refreshDueAt: NOON + 2.7e6 },
    },
    login: {
      issuer: 'https://login.example',
      account: 'ada',
      clientId: 'c1',
      registration: 'dynamic',
      signedInAt: NOON,
      renewedCount: 3,
      lastRenewedAt: NOON + 60_000,
    },
  }),
  aRow({ name: 'tickets', state: { kind: 'login-needed', reason: { code: 'login-absent' } } }),
  aRow({
    name: 'wiki',
    state: {
      kind: 'waiting',
      retryAt: NOON + 60_000,
      attempt: 2,
      problem: { code: 'network-unreachable', host: 'wiki.example' },
    },
  }),
];
const status = async () => ok(aSnapshot(rows));

describe('status', () => {
  test('prints the words of the window under each other', async () => {
    const { exitCode, stdout } = await run(['status'], { status });
    expect(exitCode).toBe(0);
    expect(stdout.replaceAll(/ {2,}/g, '  ')).toBe(
      'Gatehouse 0.1.0 at http://127.0.0.1:7717/mcp\n\n' +
        'notes  Connected  Renews at 12:45.\n' +
        'tickets  Sign in needed  Nobody has signed in yet.  gatehouse auth login tickets\n' +
        'wiki  Offline  wiki.example is out of reach. Tries again at 12:01. The login is kept.  gatehouse servers reconnect wiki\n',
    );
    const columns = stdout
      .split('\n')
      .slice(2, 5)
      .map((text) => text.search(/Connected|Sign in needed|Offline/));
    expect(new Set(columns).size).toBe(1);
  });

  test('prints one JSON line a server with exactly the members that are documented', async () => {
    const { exitCode, json, stderr } = await run(['status', '--json'], { status });
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    expect(json()).toEqual([
      {
        name: 'notes',
        state: 'ready',
        word: 'Connected',
        token: { kind: 'fresh', obtainedAt: NOON, expiresAt: NOON + 3.6e6, refreshDueAt: NOON + 2.7e6 },
      },
      {
        name: 'tickets',
        state: 'login-needed',
        word: 'Sign in needed',
        token: null,
        problem: { code: 'login-absent' },
        action: 'sign-in',
      },
      {
        name: 'wiki',
        state: 'waiting',
        word: 'Offline',
        token: null,
        problem: { code: 'network-unreachable', host: 'wiki.example' },
        action: 'try-now',
      },
    ]);
  });

  test('tells the problem of a renewal that is tried again beside its token', async () => {
    const problem: Problem = { code: 'server-error', host: 'login.example', status: 503 };
    const state = {
      kind: 'ready',
      token: { kind: 'refresh-waiting', expiresAt: NOON, retryAt: NOON, attempt: 1, problem },
    } as const;
    const { json } = await run(['status', '--json'], { status: async () => ok(aSnapshot([aRow({ state })])) });
    expect(json()).toEqual([
      {
        name: 'notes',
        state: 'ready',
        word: 'Connected',
        token: { kind: 'refresh-waiting', expiresAt: NOON, retryAt: NOON },
        problem,
      },
    ]);
  });

  test('says loudly that logins are kept in memory, and what is wrong with the configuration', async () => {
    const { exitCode, stdout, stderr } = await run(['status', '--json'], {
      status: async () =>
        ok(
          aSnapshot([], {
            vault: { kind: 'memory', why: 'no-keychain' },
            configProblem: { code: 'config-invalid', file: '/d/config.json', line: 3, key: 'url', detail: 'no URL.' },
          }),
        ),
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
    expect(stderr).toContain('kept in memory only, because there is no keychain');
    expect(stderr).toContain('/d/config.json, line 3, "url": no URL. The last good configuration stays in force.');
  });

  test('says how to begin when nothing is configured', async () => {
    const { stdout } = await run(['status'], { status: async () => ok(aSnapshot([])) });
    expect(stdout).toContain('gatehouse servers add NAME URL');
  });

  test('44 keeps control characters of a foreign server from the terminal', async () => {
    const state = {
      kind: 'ready',
      token: { kind: 'not-needed' },
      stepUp: { scope: 'a\u001b]0;b\u0007\u202e' },
    } as const;
    const { stdout } = await run(['status'], { status: async () => ok(aSnapshot([aRow({ state })])) });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});

describe('without an engine', () => {
  test.each([
    [['status']],
    [['stop']],
    [['open']],
    [['servers', 'list']],
    [['servers', 'add', 'notes', 'https://notes.example/mcp']],
    [['servers', 'remove', 'notes']],
    [['servers', 'enable', 'notes']],
    [['servers', 'disable', 'notes']],
    [['servers', 'reconnect', 'notes']],
    [['auth', 'login', 'notes']],
    [['auth', 'logout', 'notes']],
    [['auth', 'cancel', 'notes']],
    [['auth', 'status']],
    [['auth', 'client-metadata', 'https://example.com/gatehouse.json']],
    [['callers', 'list']],
    [['callers', 'add', 'editor']],
    [['callers', 'remove', 'editor']],
    [['callers', 'edit', 'editor', '--unlimited']],
    [['groups', 'list']],
  ])('%j ends with 3 and says how to start one', async (args) => {
    const dataDir = '/gatehouse-that-is-not-there';
    const plain = type(args);
    expect(await plain.exitCode).toBe(3);
    expect(plain.stdout()).toBe('');
    expect(plain.stderr()).toBe(
      `Gatehouse does not run with the data folder ${dataDir}. Start it with "gatehouse serve".\n`,
    );
    const problem = { code: 'engine-not-running', dataDir };
    const asJson = type([...args, '--json']);
    expect(await asJson.exitCode).toBe(3);
    expect(asJson.json()).toEqual([args[1] === 'login' ? { event: 'failed', problem } : { problem }]);
  });

  test('--data-dir names another folder, before or after the command', async () => {
    for (const args of [
      ['status', '--data-dir', '/elsewhere'],
      ['--data-dir', '/elsewhere', 'status'],
    ]) {
      const line = type(args);
      expect(await line.exitCode).toBe(3);
      expect(line.stderr()).toContain('/elsewhere');
    }
  });
});

describe('usage', () => {
  test.each([
    [['sing'], /^Unknown command 'sing'\./],
    [['statsu'], /Did you mean status\?/],
    [['status', '--loud'], /^Unknown option '--loud'\./],
    [['status', 'extra'], /^Too many arguments/],
    [['auth', 'login'], /^Name one server, or give --all\.?$/m],
    [['auth', 'sing'], /^Unknown command 'sing'\./],
    [['serve', '--port', '70000'], /A port is a number from 0 to 65535\.$/m],
    [['serve', '--port', 'x'], /A port is a number from 0 to 65535\.$/m],
    [['serve', '--vault', 'paper'], /Allowed choices are keychain, file, memory\.$/m],
    [['servers', 'add', 'a', 'https://a.example', '--header-env', 'X-Key'], /the name of an environment variable\.$/m],
    [['servers', 'add', 'a', 'https://a.example', '--client-secret-stdin'], /needs the client id/],
    [
      ['servers', 'add', 'a', 'npx', 'a-mcp'],
      /Write -- before a command, as in: gatehouse servers add NAME -- npx a-mcp/,
    ],
    [['servers', 'add', 'a', '--env', 'TOKEN', '--', 'npx'], /the name of the environment variable with its value\.$/m],
    [[], /A command is missing\.$/m],
    [['auth'], /A command is missing\.$/m],
  ])('%j ends with 2 and a sentence', async (args, sentence) => {
    const line = type(args);
    expect(await line.exitCode).toBe(2);
    expect(line.stderr()).toMatch(sentence);
    expect(line.stdout()).toBe('');
    const asJson = type([...args, '--json']);
    expect(await asJson.exitCode).toBe(2);
    const isEvent = args[0] === 'serve' || args[1] === 'login';
    expect(asJson.json()).toEqual([
      { ...(isEvent ? { event: 'failed' } : {}), problem: { code: 'invalid-input', detail: expect.any(String) } },
    ]);
  });

  test('--help and --version end with 0', async () => {
    const help = type(['servers', 'add', '--help']);
    expect(await help.exitCode).toBe(0);
    expect(help.stdout()).toMatch(/--client-secret-stdin[\s\S]*--data-dir[\s\S]*--json/);
    const version = type(['--version']);
    expect(await version.exitCode).toBe(0);
    expect(version.stdout()).toBe('0.1.0\n');
  });
});

describe('serve', () => {
  test('hands its options to the engine and ends with its code', async () => {
    const line = type(['serve', '--port', '0', '--vault', 'memory', '--json', '--data-dir', '/d'], {
      serve: async () => 8,
    });
    expect(await line.exitCode).toBe(8);
    expect(line.served).toEqual([{ port: 0, vault: 'memory', json: true, dataDir: '/d' }]);
  });

  test('leaves out what was not given', async () => {
    const line = type(['serve']);
    expect(await line.exitCode).toBe(0);
    expect(line.served).toEqual([{ vault: 'keychain', json: false }]);
  });

  test('ends with 7 where an engine runs already', async () => {
    expect(await type(['serve'], { serve: async () => 7 }).exitCode).toBe(7);
  });
});

describe('stdio --config', () => {
  const script = '/gatehouse/dist/main/cli.js';
  test.each([
    [['stdio'], 'gatehouse', [script, 'stdio']],
    [['stdio', 'g/my.work'], 'g-my-work', [script, 'stdio', 'g/my.work']],
    [
      ['--data-dir', '/my data', 'stdio', 'linear', '--as', 'my "tool"', '--start'],
      'linear',
      [script, '--data-dir', '/my data', 'stdio', 'linear', '--as', 'my "tool"', '--start'],
    ],
  ])(
    'of %j prints the entry for another tool with this very command, and starts nothing',
    async (words, name, args) => {
      const line = type([...words, '--config']);
      expect(await line.exitCode).toBe(0);
      expect(JSON.parse(line.stdout())).toEqual({ mcpServers: { [name]: { command: '/usr/bin/node', args } } });
    },
  );
});

describe('servers', () => {
  test('list prints name, word and address', async () => {
    const { exitCode, stdout } = await run(['servers', 'list'], { status });
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')[1]).toBe('tickets  Sign in needed  https://tickets.example/mcp');
  });

  test('list --json prints a line each', async () => {
    const { json } = await run(['servers', 'list', '--json'], { status });
    expect(json()).toHaveLength(3);
    expect(json()[1]).toMatchObject({
      name: 'tickets',
      url: 'https://tickets.example/mcp',
      endpoint: 'http://127.0.0.1:7717/mcp/tickets',
      state: 'login-needed',
      word: 'Sign in needed',
    });
  });

  test.each([
    [
      ['notes', '--env', 'TOKEN=NOTES_TOKEN', '--cwd', '/srv', '--', 'npx', '-y', 'notes-mcp', '--json'],
      {
        name: 'notes',
        command: 'npx',
        args: ['-y', 'notes-mcp', '--json'],
        env: { TOKEN: 'NOTES_TOKEN' },
        cwd: '/srv',
      },
    ],
    [
      ['notes', 'https://notes.example/sse', '--transport', 'sse'],
      { name: 'notes', url: 'https://notes.example/sse', transport: 'sse' },
    ],
  ])('L4 add %j adds a command, or a server of HTTP+SSE', async (args, expected) => {
    const inputs: CallInput<'addServer'>[] = [];
    const { exitCode } = await run(['servers', 'add', ...args], {
      addServer: async (input) => {
        inputs.push(input);
        return ok(aRow());
      },
    });
    expect(exitCode).toBe(0);
    expect(inputs).toEqual([expected]);
  });

  test('list shows the command of a server that is a program', async () => {
    const row = aRow({ url: '', command: 'npx -y notes-mcp' });
    const { stdout } = await run(['servers', 'list'], { status: async () => ok(aSnapshot([row])) });
    expect(stdout).toMatch(/^notes +\S.* npx -y notes-mcp$/m);
  });

  test('add sends everything that was given, the secret from standard input alone', async () => {
    const inputs: CallInput<'addServer'>[] = [];
    const args = ['servers', 'add', 'notes', 'https://notes.example/mcp', '--client-id', 'c1', '--client-secret-stdin'];
    const more = [
      '--scope',
      'read',
      '--scope',
      'write',
      '--header-env',
      'X-Key=NOTES_KEY',
      '--header-env',
      'X-Team=TEAM',
    ];
    const { exitCode, stdout, stderr } = await run(
      [...args, ...more],
      {
        addServer: async (input) => {
          inputs.push(input);
          return ok(aRow());
        },
      },
      'hush hush\n',
    );
    expect(exitCode).toBe(0);
    expect(inputs).toEqual([
      {
        name: 'notes',
        url: 'https://notes.example/mcp',
        clientId: 'c1',
        clientSecret: 'hush hush',
        scopes: ['read', 'write'],
        headerEnv: { 'X-Key': 'NOTES_KEY', 'X-Team': 'TEAM' },
      },
    ]);
    expect(stdout).toContain('http://127.0.0.1:7717/mcp/notes');
    expect(stdout + stderr).not.toContain('hush');
  });

  const wayIn = {
    kind: 'sign-in',
    issuer: 'https://login.example',
    guessed: false,
    registration: 'dynamic',
    scopes: ['read', 'write'],
  } as const;

  test.each([
    [
      { transport: 'http', era: 'modern', serverName: 'Notes', access: { ...wayIn, scopes: ['read', 'write'] } },
      'Found Notes, which speaks Streamable HTTP, the revision of 2026-07-28 or newer.\nSign-in: at https://login.example.\nRegistration: Gatehouse registers by itself.\nAsked for: read write.\n',
    ],
    [
      {
        transport: 'sse',
        access: { ...wayIn, guessed: true, registration: 'client-id-needed', scopes: [] },
      },
      "Found a server that speaks HTTP+SSE, the older transport.\nSign-in: at https://login.example (nothing is published; the usual places are tried).\nRegistration: a client id is needed, from the people who run the server.\nAsked for: the server's default.\n",
    ],
    [
      { transport: 'stdio', era: 'legacy', access: { kind: 'open' } },
      'a revision to 2025-11-25.\nSign-in: not needed.',
    ],
    [
      { transport: 'http', access: { kind: 'refused', status: 403 } },
      'refuses what is configured, or everybody (403).',
    ],
    [
      { transport: 'http', access: { kind: 'sign-in-unclear', problem: { code: 'network-unreachable', host: 'h' } } },
      'Sign-in: needed, and where is unclear. ',
    ],
  ] satisfies [CallOutput<'lookAt'>, string][])(
    'add tells what it found before it is saved: %j',
    async (found, said) => {
      const order: string[] = [];
      const answers: Partial<Handlers> = {
        lookAt: async (input) => {
          order.push(`look at ${input.url}`);
          return ok(found);
        },
        addServer: async ({ name }) => {
          order.push(`add ${name}`);
          return ok(aRow());
        },
      };
      const args = ['servers', 'add', 'notes', 'https://notes.example/mcp'];
      const { exitCode, stdout } = await run(args, answers);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(said);
      expect(stdout).toContain('Callers reach it at');
      expect(order).toEqual(['look at https://notes.example/mcp', 'add notes']);
      await engine?.close();
      expect((await run([...args, '--json'], answers)).json()).toEqual([
        expect.objectContaining({ name: 'notes', found }),
      ]);
    },
  );

  test('add saves what does not answer all the same, after 8 s at most, and does not look with --no-look', async () => {
    const args = ['servers', 'add', 'notes', 'https://notes.example/mcp'];
    const addServer: Handlers['addServer'] = async () => ok(aRow());
    const problem = { code: 'network-unreachable', host: 'notes.example' } as const;
    const unreachable = await run(args, { addServer, lookAt: async () => fail(problem) });
    expect(unreachable).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Nothing was found there yet: '),
    });
    await engine?.close();

    vi.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      const lookAt: Handlers['lookAt'] = () => {
        vi.advanceTimersByTime(8_000);
        return new Promise(() => {});
      };
      const { json } = await run([...args, '--json'], { addServer, lookAt });
      expect(json()).toEqual([
        expect.objectContaining({
          name: 'notes',
          notFound: { code: 'not-available', detail: 'It did not answer within 8 s.' },
        }),
      ]);
    } finally {
      vi.useRealTimers();
    }
    await engine?.close();

    const looked = vi.fn(async () => fail(problem));
    const { stdout } = await run([...args, '--no-look'], { addServer, lookAt: looked });
    expect(looked).not.toHaveBeenCalled();
    expect(stdout).toMatch(/^notes: Connected/);
  });

  test.each([
    ['', 'No client secret came'],
    ['a\nb\n', 'must be one line'],
  ])('add refuses %j as a secret', async (typed, sentence) => {
    const args = ['servers', 'add', 'notes', 'https://notes.example/mcp', '--client-id', 'c1', '--client-secret-stdin'];
    const { exitCode, stderr } = await run(args, {}, typed);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(sentence);
  });

  test('42 add reads the secret at a terminal without showing it', async () => {
    const secrets: (string | undefined)[] = [];
    engine = await startScriptedEngine({
      addServer: async (input) => {
        secrets.push(input.clientSecret);
        return ok(aRow());
      },
    });
    const terminal = Object.assign(new PassThrough(), { isTTY: true });
    const args = ['servers', 'add', 'notes', 'https://notes.example/mcp', '--client-id', 'c1', '--client-secret-stdin'];
    const line = type(args, { dataDir: engine.dataDir, stdin: terminal });
    await vi.waitFor(() => expect(line.stderr()).toContain('Client secret (not shown): '));
    terminal.write('hush\r');
    expect(await line.exitCode).toBe(0);
    expect(secrets).toEqual(['hush']);
    expect(line.stdout() + line.stderr()).not.toContain('hush');
  });

  test('add ends with 1 where the name is taken and with 2 where the address is none', async () => {
    const args = ['servers', 'add', 'notes', 'nonsense'];
    const taken = await run(args, { addServer: async ({ name }) => fail({ code: 'name-taken', name }) });
    expect(taken).toMatchObject({ exitCode: 1, stderr: '"notes" exists already.\n' });
    await engine?.close();
    const invalid = await run(args, { addServer: async () => fail({ code: 'invalid-input', detail: 'url: no URL.' }) });
    expect(invalid).toMatchObject({ exitCode: 2, stderr: 'url: no URL.\n' });
  });

  test.each([
    ['remove', 'removeServer'],
    ['enable', 'enableServer'],
    ['disable', 'disableServer'],
    ['reconnect', 'reconnectServer'],
  ] as const)('%s ends with 4 for an unknown name and lists the right ones', async (verb, call) => {
    const { exitCode, stderr, json } = await run(['servers', verb, 'nodes', '--json'], { [call]: unknown });
    expect(exitCode).toBe(4);
    expect(stderr).toBe('There is no server of that name. There are: notes, tickets.\n');
    expect(json()).toEqual([{ problem: { code: 'unknown-server', server: 'nodes', known: ['notes', 'tickets'] } }]);
  });

  test('a name that no server can have is unknown too', async () => {
    const { exitCode, stderr } = await run(['servers', 'remove', 'no such name!'], { status });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('There are: notes, tickets, wiki.');
  });

  test('remove, enable and disable say what is so now', async () => {
    const removed = await run(['servers', 'remove', 'notes', '--json'], { removeServer: async () => ok({}) });
    expect(removed.json()).toEqual([{ name: 'notes', removed: true }]);
    await engine?.close();
    const off = { disableServer: async () => ok(aRow({ state: { kind: 'disabled' } })) };
    const disabled = await run(['servers', 'disable', 'notes'], off);
    expect(disabled).toMatchObject({
      exitCode: 0,
      stdout: 'notes: Disabled. Sends nothing, renewals included. (gatehouse servers enable notes)\n',
    });
    await engine?.close();
    const enabled = await run(['servers', 'enable', 'notes', '--json'], { enableServer: async () => ok(aRow()) });
    expect(enabled.json()).toEqual([
      { name: 'notes', state: 'ready', word: 'Connected', token: { kind: 'not-needed' } },
    ]);
  });

  test('reconnect prints the state reached and ends with 5 where a person is needed', async () => {
    const good = await run(['servers', 'reconnect', 'notes'], { reconnectServer: async () => ok(aRow()) });
    expect(good).toMatchObject({ exitCode: 0, stdout: 'notes: Connected. No login needed.\n' });
    await engine?.close();
    const state = { kind: 'login-needed', reason: { code: 'login-ended', why: 'invalid-grant' } } as const;
    const ended = await run(['servers', 'reconnect', 'notes', '--json'], {
      reconnectServer: async () => ok(aRow({ state })),
    });
    expect(ended.exitCode).toBe(5);
    expect(ended.json()).toMatchObject([{ state: 'login-needed', action: 'sign-in' }]);
  });
});

describe('callers', () => {
  test('add --json prints name, key and address, once', async () => {
    const answer = { name: 'editor', key: 'gate_abc', url: 'http://127.0.0.1:7717/mcp' };
    const { exitCode, stdout, stderr, json } = await run(['callers', 'add', 'editor', '--json'], {
      addCaller: async () => ok(answer),
    });
    expect(exitCode).toBe(0);
    expect(json()).toEqual([answer]);
    expect(`${stdout}${stderr}`.split('gate_abc')).toHaveLength(2);
  });

  test('list tells when each was made and used', async () => {
    const callers = [
      { name: 'editor', createdAt: NOON, lastUsedAt: NOON + 60_000 },
      { name: 'old', createdAt: NOON },
    ];
    const { stdout } = await run(['callers', 'list'], { listCallers: async () => ok(callers) });
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^editor {2}made 12:00 {2}last used 12:01 {2}/),
      expect.stringMatching(/^old {5}made 12:00 {2}never used {2}/),
      '',
    ]);
    await engine?.close();
    const { json } = await run(['callers', 'list', '--json'], { listCallers: async () => ok(callers) });
    expect(json()).toEqual(callers);
  });

  test('remove ends with 4 for an unknown one and lists the right ones', async () => {
    const { exitCode, stderr } = await run(['callers', 'remove', 'editr'], {
      removeCaller: async ({ name }) => fail({ code: 'unknown-caller', caller: name, known: ['editor'] }),
    });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 4,
      stderr: 'There is no caller of that name. There are: editor.\n',
    });
  });
});

describe('open', () => {
  const url = 'http://127.0.0.1:4000/#code=c';

  test('opens a fresh link in the browser', async () => {
    const { exitCode, opened, json } = await run(['open', '--json'], { openWindow: async () => ok({ url }) });
    expect({ exitCode, opened, json: json() }).toEqual({ exitCode: 0, opened: [url], json: [{ url, opened: true }] });
  });

  test('10 prints the link where no browser can be opened', async () => {
    engine = await startScriptedEngine({ openWindow: async () => ok({ url }) });
    const openBrowser = async () => fail({ code: 'browser-not-opened', detail: 'no display' } as const);
    const line = type(['open'], { dataDir: engine.dataDir, openBrowser });
    expect(await line.exitCode).toBe(0);
    expect(line.stdout()).toBe(`${url}\n`);
    expect(line.stderr()).toBe('No browser could be opened: no display. Open the link yourself.\n');
  });

  test('opens nothing where the app shows its own window', async () => {
    const { exitCode, opened, stdout } = await run(['open'], { openWindow: async () => ok({}) });
    expect({ exitCode, opened, stdout }).toEqual({ exitCode: 0, opened: [], stdout: 'The window is open.\n' });
  });
});

describe('pause and resume', () => {
  const paused = [aRow({ name: 'notes', state: { kind: 'paused' } })];

  test('are for all servers where none is named', async () => {
    const asked: unknown[] = [];
    const pause = async (input: CallInput<'pause'>) => {
      asked.push(input);
      return ok({});
    };
    expect(await run(['pause'], { pause })).toMatchObject({
      exitCode: 0,
      stdout: 'Paused. Logins are renewed, calls are refused.\n',
    });
    expect((await run(['--json', 'resume'], { resume: pause })).json()).toEqual([{ paused: false }]);
    expect(asked).toEqual([{}, {}]);
  });

  test('of one server say what is so now, and how to resume it', async () => {
    const { exitCode, stdout } = await run(['pause', 'notes'], {
      pause: async ({ name }) => (name === 'notes' ? ok({}) : unknown({ name: '' })),
      status: async () => ok(aSnapshot(paused)),
    });
    expect(exitCode).toBe(0);
    expect(stdout).toBe('notes: Paused. Logins are renewed, calls are refused. (gatehouse resume notes)\n');
    expect((await run(['resume', 'nobody'], { resume: async () => unknown({ name: 'nobody' }) })).exitCode).toBe(4);
  });
});

describe('stop', () => {
  test('waits until the engine is gone', async () => {
    engine = await startScriptedEngine({ stop: async () => ok({}) });
    const line = type(['stop', '--json'], { dataDir: engine.dataDir });
    const asked = vi.waitFor(() => expect([...(engine?.connections ?? [])][0]?.bytesRead).toBeGreaterThan(0));
    await asked;
    expect(line.stdout()).toBe('');
    for (const socket of engine.connections) socket.end();
    expect(await line.exitCode).toBe(0);
    expect(line.json()).toEqual([{ stopped: true, pid: 4242 }]);
  });

  test('takes an engine that goes without an answer for stopped', async () => {
    const { exitCode, stdout } = await run(['stop'], {
      stop: () => {
        for (const socket of engine?.connections ?? []) socket.destroy();
        return new Promise(() => {});
      },
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Gatehouse has stopped.\n' });
  });
});

describe('auth', () => {
  test('R1 client-metadata prints the document to publish, with the redirect address of this engine', async () => {
    const url = 'https://example.com/gatehouse.json';
    const { exitCode, stdout } = await run(['auth', 'client-metadata', url], { status });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      client_id: url,
      client_name: 'Gatehouse',
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1:7717/oauth/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    });
    expect(stdout).toMatch(/^{\n {2}"client_id"/);
    await engine?.close();
    const { json } = await run(['auth', 'client-metadata', url, '--json'], { status });
    expect(json()).toMatchObject([{ client_id: url }]);
  });

  test.each(['gatehouse.json', 'http://example.com/g.json', 'https://example.com/', 'https://example.com/a/../g.json'])(
    'R1 client-metadata refuses %s, which cannot be a client id',
    async (url) => {
      const { exitCode, stdout, stderr } = await run(['auth', 'client-metadata', url], { status });
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(stderr).toContain(url);
    },
  );

  test('logout and cancel say what was done', async () => {
    const state = { kind: 'login-needed', reason: { code: 'login-absent' } } as const;
    const out = await run(['auth', 'logout', 'notes'], { logout: async () => ok(aRow({ state })) });
    expect(out).toMatchObject({ exitCode: 0, stdout: 'Signed out of notes.\n' });
    await engine?.close();
    const cancelled = await run(['auth', 'cancel', 'notes', '--json'], { cancelLogin: async () => ok({}) });
    expect({ code: cancelled.exitCode, json: cancelled.json() }).toEqual({
      code: 0,
      json: [{ name: 'notes', cancelled: true }],
    });
  });

  test.each([
    ['logout', 'logout'],
    ['cancel', 'cancelLogin'],
    ['login', 'startLogin'],
  ] as const)('%s ends with 4 for an unknown name', async (verb, call) => {
    const { exitCode, stderr } = await run(['auth', verb, 'nodes'], { [call]: unknown });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('There are: notes, tickets.');
  });

  test('status tells whose login it is, and how often it was renewed', async () => {
    const { exitCode, stdout } = await run(['auth', 'status', 'notes'], { status });
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'notes: Connected. Renews at 12:45.',
      '  Account       ada',
      '  Signed in at  https://login.example',
      '  Since         12:00',
      '  Renewed       3 times, the last time 12:01',
      '  Next          renewed at 12:45',
      '  Client        c1 (registered by itself)',
      '  Kept in       keychain',
      '',
    ]);
  });

  test.each([
    [{ renewable: false }, 'Until         13:00, no refresh token'],
    [{ renewable: true }, 'Until         13:00, then renewed'],
    [{ renewable: true, refreshExpiresAt: NOON + 7.2e6 }, 'Until         14:00, renewed till then'],
  ])('status tells until when a login of %o lasts, also while its server is away', async (change, line) => {
    const token = {
      kind: 'refresh-waiting',
      obtainedAt: NOON,
      expiresAt: NOON + 3.6e6,
      retryAt: NOON + 60_000,
    } as const;
    const problem: Problem = { code: 'network-unreachable', host: 'wiki.example' };
    const login = {
      issuer: 'https://login.example',
      clientId: 'c1',
      registration: 'dynamic',
      renewedCount: 0,
    } as const;
    const row = aRow({
      state: { kind: 'waiting', retryAt: NOON + 60_000, attempt: 2, problem },
      login: { ...login, ...change, token: { ...token, attempt: 2, problem } },
    });
    const away = async () => ok(aSnapshot([row], { vault: { kind: 'file' } }));
    const { stdout } = await run(['auth', 'status'], { status: away });
    expect(stdout).toContain(line);
    expect(stdout).toContain('Next          tried again at 12:01');
    expect(stdout).toContain('Kept in       encrypted files');
    await engine?.close();
    const { json } = await run(['auth', 'status', '--json'], { status: away });
    expect(json()).toMatchObject([
      { token: { kind: 'refresh-waiting', expiresAt: NOON + 3.6e6, retryAt: NOON + 60_000 }, vault: { kind: 'file' } },
    ]);
  });

  test('status of an unknown server ends with 4; without a name every server has a line', async () => {
    expect(await run(['auth', 'status', 'nodes'], { status })).toMatchObject({ exitCode: 4 });
    await engine?.close();
    const { json } = await run(['auth', 'status', '--json'], { status });
    expect(json()).toHaveLength(3);
    expect(json()[0]).toMatchObject({ name: 'notes', login: { account: 'ada', renewedCount: 3 } });
  });
});
