import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { fail, ok } from '../../src-main/engine/model/result.ts';
import type { CallInput, Handlers } from '../../src-preload/derive.ts';
import { aRow, aSnapshot, type ScriptedEngine, startScriptedEngine } from '../control/scripted-engine.ts';
import { type } from './command-line.ts';

let engine: ScriptedEngine | undefined;

afterEach(async () => {
  await engine?.close();
  engine = undefined;
});

async function edit(args: readonly string[], answers: Partial<Handlers> = {}, typed?: string) {
  const inputs: CallInput<'editServer'>[] = [];
  engine = await startScriptedEngine({
    editServer: async (input) => {
      inputs.push(input);
      return ok(aRow());
    },
    ...answers,
  });
  const line = type(['servers', 'edit', ...args], { dataDir: engine.dataDir });
  if (typed !== undefined) line.stdin.end(typed);
  const exitCode = await line.exitCode;
  return { exitCode, stdout: line.stdout(), stderr: line.stderr(), json: line.json, inputs };
}

describe('servers edit', () => {
  test('6 sends what was given, the secret from standard input alone', async () => {
    const { exitCode, inputs, stdout, stderr } = await edit(
      [
        'notes',
        '--client-id',
        'c1',
        '--client-secret-stdin',
        '--scopes',
        'read, write',
        '--open-browser',
        'when-needed',
      ],
      {},
      'hush hush\n',
    );
    expect(exitCode).toBe(0);
    expect(inputs).toEqual([
      {
        name: 'notes',
        clientId: 'c1',
        clientSecret: 'hush hush',
        scopes: ['read', 'write'],
        openBrowser: 'when-needed',
      },
    ]);
    expect(stdout).toBe('notes: Connected. No login needed.\n');
    expect(stdout + stderr).not.toContain('hush');
  });

  test('an empty value takes a setting away, "none" sends no resource', async () => {
    const empty = ['--client-id', '--client-metadata-url', '--scopes', '--redirect-uri', '--issuer', '--pkce'];
    const args = [...empty.flatMap((option) => [option, '']), '--open-browser', '', '--authorization-server', ''];
    const { inputs } = await edit([
      'notes',
      ...args,
      '--resource',
      'none',
      '--forget-client-secret',
      '--header-env',
      'X=',
    ]);
    expect(inputs).toEqual([
      {
        name: 'notes',
        clientId: null,
        clientSecret: null,
        clientMetadataUrl: null,
        scopes: null,
        redirectUri: null,
        authorizationServer: null,
        issuer: null,
        resource: false,
        pkce: null,
        openBrowser: null,
        headerEnv: { X: null },
      },
    ]);
  });

  test.each([
    [['notes', '--url', ''], 'a server has an address'],
    [['notes', '--pkce', 'perhaps'], 'Allowed choices are'],
    [['notes', '--forget-client-secret', '--client-secret-stdin'], 'either given or forgotten'],
    [['notes', '--header-env', 'nonsense'], 'It is the name of a header'],
    [['notes', '--env', 'KEY=sk-123'], 'It is the name of a variable'],
    [['notes', 'npx', 'server'], 'Write -- before a command, as in: -- npx server'],
    [['notes', '--client-secret', 'hush'], 'Unknown option'],
  ])('%j ends with 2 and asks the engine for nothing', async (args, sentence) => {
    const { exitCode, stderr, inputs } = await edit(args, {}, 's\n');
    expect([exitCode, inputs]).toEqual([2, []]);
    expect(stderr).toContain(sentence);
  });

  test('a mistake is told with its option, and its field in JSON', async () => {
    const problem = { code: 'invalid-input', field: 'redirectUri', detail: 'this is not a full address.' } as const;
    const refuse = { editServer: async () => fail(problem) };
    const { exitCode, stderr } = await edit(['notes', '--redirect-uri', 'x', '--client-id', 'c'], refuse);
    expect([exitCode, stderr]).toEqual([2, '--redirect-uri: this is not a full address.\n']);
    await engine?.close();
    const { json } = await edit(['notes', '--redirect-uri', 'x', '--json'], refuse);
    expect(json()).toMatchObject([{ problem: { code: 'invalid-input', field: 'redirectUri' } }]);
  });

  test('without an option it shows what is set, and never a secret', async () => {
    const settings = {
      url: 'https://notes.example/mcp',
      clientId: '${CLIENT}',
      clientSecret: 'vault',
      scopes: ['read', 'write'],
      resource: false,
    } as const;
    const serverSettings = { serverSettings: async () => ok({ ...settings, scopes: [...settings.scopes] }) };
    const { stdout, exitCode, inputs } = await edit(['notes'], serverSettings);
    expect([exitCode, inputs]).toEqual([0, []]);
    expect(stdout.split('\n').slice(0, 6)).toEqual([
      'notes',
      '  url           https://notes.example/mcp',
      '  clientId      ${CLIENT}',
      '  clientSecret  kept with the logins',
      '  scopes        read write',
      '  resource      none',
    ]);
    await engine?.close();
    const { json } = await edit(['notes', '--json'], serverSettings);
    expect(json()).toEqual([{ name: 'notes', ...settings }]);
  });

  test('L4 the command of a program stands behind "--", with its folder and the names of its variables', async () => {
    const { inputs, exitCode } = await edit([
      'files',
      '--cwd',
      '',
      '--env',
      'TOKEN=OURS',
      '--env',
      'OLD=',
      '--',
      'npx',
      '-y',
      'my files',
    ]);
    expect([exitCode, inputs]).toEqual([
      0,
      [{ name: 'files', command: 'npx', args: ['-y', 'my files'], cwd: null, env: { TOKEN: 'OURS', OLD: null } }],
    ]);
    await engine?.close();
    expect((await edit(['files', '--', 'server'])).inputs).toEqual([{ name: 'files', command: 'server', args: null }]);
  });

  test('L4 of a program it shows command, folder and variables, and no value that the file spells out', async () => {
    const serverSettings = async () =>
      ok({ command: 'npx', args: ['-y', 'my files'], cwd: '~/notes', env: { TOKEN: 'OURS', API_KEY: null } });
    const { stdout } = await edit(['files'], { serverSettings });
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      'files',
      '  command  npx -y "my files"',
      '  cwd      ~/notes',
      '  env      TOKEN=${OURS}',
      '           API_KEY=(its value is in the file)',
    ]);
  });

  test('an unknown name ends with 4 and lists the right ones', async () => {
    const status = async () => ok(aSnapshot([aRow()]));
    const { exitCode, stderr } = await edit(['no such name!', '--client-id', 'c'], { status });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('There are: notes.');
  });

  test('42 the secret is asked for at a terminal, and not shown', async () => {
    const secrets: unknown[] = [];
    engine = await startScriptedEngine({
      editServer: async ({ clientSecret }) => {
        secrets.push(clientSecret);
        return ok(aRow());
      },
    });
    const terminal = Object.assign(new PassThrough(), { isTTY: true });
    const line = type(['servers', 'edit', 'notes', '--client-secret-stdin'], {
      dataDir: engine.dataDir,
      stdin: terminal,
    });
    await vi.waitFor(() => expect(line.stderr()).toContain('Client secret (not shown): '));
    terminal.write('hush\r');
    expect(await line.exitCode).toBe(0);
    expect(secrets).toEqual(['hush']);
    expect(line.stdout() + line.stderr()).not.toContain('hush');
  });

  test('6 status, auth status and auth login name the command that gives a client where nobody is registered', async () => {
    const reason = { code: 'registration-unavailable', issuer: 'https://login.example' } as const;
    const row = aRow({ state: { kind: 'login-needed', reason } });
    for (const args of [['status'], ['auth', 'status']]) {
      engine = await startScriptedEngine({ status: async () => ok(aSnapshot([row])) });
      const line = type(args, { dataDir: engine.dataDir });
      await line.exitCode;
      expect(line.stdout()).toContain('gatehouse servers edit notes --client-id ID');
      await engine.close();
    }
    engine = await startScriptedEngine({ startLogin: async () => fail(reason) });
    const line = type(['auth', 'login', 'notes'], { dataDir: engine.dataDir });
    expect(await line.exitCode).toBe(5);
    expect(line.stderr()).toContain('With it: gatehouse servers edit notes --client-id ID');
  });
});
