import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { connectControl } from '../../src-main/control/socket-client.ts';
import type { Snapshot } from '../../src-preload/contract.ts';
import { type BuiltApp, buildApp } from './built-app.ts';
import { type DrivenApp, driveApp } from './electron-driver.ts';

const WINDOW = { url: 'app://gatehouse/', parent: null };

let built: BuiltApp;
let folder: string;
let dataDir: string;
const started: DrivenApp[] = [];

beforeAll(() => {
  built = buildApp();
}, 60_000);
afterAll(() => built.remove());

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-desktop-'));
  dataDir = path.join(folder, 'data');
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((app) => app.kill()));
  rmSync(folder, { recursive: true, force: true });
});

/** As from the command line: Electron, the app's folder, the person's arguments. */
function start(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): DrivenApp {
  const app = driveApp(built.main, ['.', '--data-dir', dataDir, '--port', '0', '--vault', 'memory', ...args], env);
  started.push(app);
  return app;
}

async function open(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<DrivenApp> {
  const app = start(args, env);
  await app.hears('window-shown');
  return app;
}

let sharedApp: DrivenApp | undefined;
let sharedFolder: string | undefined;
afterAll(async () => {
  await sharedApp?.kill();
  if (sharedFolder) rmSync(sharedFolder, { recursive: true, force: true });
});

/** One app for the tests that leave it as it was. */
async function shared(): Promise<DrivenApp> {
  sharedFolder ??= mkdtempSync(path.join(tmpdir(), 'gatehouse-desktop-'));
  sharedApp ??= driveApp(built.main, ['.', '--data-dir', sharedFolder, '--port', '0', '--vault', 'memory']);
  await sharedApp.hears('window-shown');
  return sharedApp;
}

const invoke = (app: DrivenApp, call: string, input: unknown, frame: { url: string; parent: { url: string } | null }) =>
  app.asks({ ask: 'invoke', channel: 'gatehouse:call', args: [call, input], frame });

async function statusOf(app: DrivenApp): Promise<Snapshot> {
  const reply = (await invoke(app, 'status', {}, WINDOW)) as { ok: boolean; value: Snapshot };
  expect(reply.ok).toBe(true);
  return reply.value;
}

async function isListening(endpoint: string): Promise<boolean> {
  const socket = connect(Number(new URL(endpoint).port), '127.0.0.1');
  const answer = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return answer;
}

describe('the window', () => {
  it('is created with the safe options and loads the app own page', async () => {
    const app = await shared();
    const [created, ...others] = app.told.filter(({ told }) => told === 'window-created');
    expect(others).toEqual([]);
    expect(created?.options).toMatchObject({
      webPreferences: {
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        webviewTag: false,
        preload: built.preload,
      },
    });
    expect(existsSync(built.preload)).toBe(true);
    expect(await app.hears('window-loads')).toMatchObject({ url: WINDOW.url });
  });

  it('is served from its own scheme, registered before ready, under the strict policy', async () => {
    const app = await shared();
    expect((await app.hears('schemes')).privileged).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    expect(await app.asks({ ask: 'fetch', url: 'app://gatehouse/' })).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': expect.stringMatching(/^default-src 'none'; script-src 'self'; /),
      },
      text: expect.stringContaining('<div id="root">'),
    });
    for (const url of [
      'app://gatehouse/../main/main.js',
      'app://gatehouse/%2e%2e/main/main.js',
      'app://gatehouse/..%2fmain%2fmain.js',
      'app://elsewhere/',
    ]) {
      expect(await app.asks({ ask: 'fetch', url })).toMatchObject({ status: 404, text: 'There is nothing here.\n' });
    }
  });

  it('stays on its page, opens no second window and grants nothing but writing to the clipboard', async () => {
    const app = await shared();
    expect(await app.asks({ ask: 'navigate', url: 'https://example.com/' })).toBe(true);
    expect(await app.asks({ ask: 'open-window', url: 'https://example.com/' })).toEqual({ action: 'deny' });
    const permits = (permission: string, url = WINDOW.url) => app.asks({ ask: 'permission', permission, url });
    expect(await permits('media')).toBe(false);
    expect(await permits('clipboard-read')).toBe(false);
    expect(await permits('clipboard-sanitized-write')).toBe(true);
    expect(await permits('clipboard-sanitized-write', 'https://example.com/')).toBe(false);
  });

  it('gives a link to the browser of the person, and no other scheme (40)', async () => {
    const app = await shared();
    const before = app.told.length;
    for (const url of [
      'file:///etc/passwd',
      'https://example.com/$(reboot)',
      'vscode://file',
      'https://example.com/a?b=c',
    ]) {
      await app.asks({ ask: 'open-window', url });
    }
    expect(app.told.slice(before).filter(({ told }) => told === 'opened-externally')).toEqual([
      { told: 'opened-externally', url: 'https://example.com/a?b=c' },
    ]);
  });

  it('hides when it is closed, remembers where it was, and the program lives on', async () => {
    const app = await open();
    expect(await app.asks({ ask: 'close-window' })).toBe(false);
    await app.hears('window-hidden');
    expect(await statusOf(app)).toMatchObject({
      servers: [],
      command: { args: [path.join(path.dirname(built.main), 'cli.js'), '--data-dir', expect.any(String)] },
    });
    await app.asks({ ask: 'quit' });
    await app.ended;
    const again = await open();
    expect((await again.hears('window-created')).options).toMatchObject({ x: 10, y: 20, width: 900, height: 700 });
  });
});

describe('the IPC', () => {
  it('answers the calls of the contract', async () => {
    const app = await shared();
    expect(await statusOf(app)).toMatchObject({
      dataDir: sharedFolder,
      endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/),
    });
  });

  it('refuses a foreign page, a frame in the page, and a page that is gone', async () => {
    const app = await shared();
    for (const frame of [
      { url: 'https://example.com/', parent: null },
      { url: 'app://gatehouse.example.com/', parent: null },
      { url: 'file:///app/index.html', parent: null },
      { url: WINDOW.url, parent: { url: WINDOW.url } },
    ]) {
      expect(await invoke(app, 'status', {}, frame)).toEqual({
        ok: false,
        problem: { code: 'invalid-input', detail: 'Only the status window may ask here.' },
      });
    }
  });

  it('parses every input, and knows no call outside the contract', async () => {
    const app = await shared();
    const refused = { ok: false, problem: { code: 'invalid-input' } };
    expect(await invoke(app, 'addServer', { name: 'no spaces please', url: 'x' }, WINDOW)).toMatchObject(refused);
    expect(await invoke(app, 'constructor', {}, WINDOW)).toMatchObject(refused);
    expect(await app.asks({ ask: 'invoke', channel: 'gatehouse:call', args: [{}], frame: WINDOW })).toMatchObject(
      refused,
    );
  });

  it('tells the window and the tray what changes', async () => {
    const upstream = createServer((_request, response) => response.writeHead(500).end());
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    try {
      const app = await open();
      const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/mcp`;
      expect(await invoke(app, 'addServer', { name: 'notes', url }, WINDOW)).toMatchObject({ ok: true });
      const sent = z.object({ args: z.tuple([z.string(), z.object({ name: z.string() }).loose()]) });
      await app.hears(
        'sent',
        (told) => told.channel === 'gatehouse:event' && sent.safeParse(told).data?.args[1].name === 'notes',
      );
      await app.hears('tray-tooltip', ({ toolTip }) => toolTip === 'Gatehouse: Nobody is needed');
    } finally {
      upstream.close();
    }
  });
});

describe('one instance', () => {
  it('shows the window of the first when a second one starts', async () => {
    const app = await shared();
    const before = app.told.length;
    await app.asks({ ask: 'second-instance' });
    expect(app.told.slice(before)).toContainEqual({ told: 'window-focused' });
  });

  it('starts no engine as the second one', async () => {
    const app = start([], { FAKE_ELECTRON_IS_SECOND: '1' });
    expect((await app.ended).exitCode).toBe(0);
    expect(app.told).toEqual([{ told: 'exit', exitCode: 0 }]);
    expect(existsSync(path.join(dataDir, 'port.json'))).toBe(false);
  });

  it.each(['Quit', 'nothing, as a dialog that is closed'])(
    '5 asks where the port is taken; %s ends it with 8',
    async (pressed) => {
      const holder = createServer();
      await once(holder.listen(0, '127.0.0.1'), 'listening');
      try {
        const { port } = holder.address() as AddressInfo;
        const app = start(['--port', String(port)], { FAKE_ELECTRON_PRESSES: pressed });
        expect(await app.hears('message-box')).toMatchObject({
          options: { message: expect.stringContaining(`Port ${port} is taken`), buttons: ['Use another port', 'Quit'] },
        });
        expect((await app.ended).exitCode).toBe(8);
      } finally {
        holder.close();
      }
    },
  );

  it('5 asks where the port is taken, and goes on with another one where the person wants that', async () => {
    const holder = createServer();
    await once(holder.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port } = holder.address() as AddressInfo;
      const app = await open(['--port', String(port)], { FAKE_ELECTRON_PRESSES: 'Use another port' });
      const { endpoint } = await statusOf(app);
      expect(new URL(endpoint).port).not.toBe(String(port));
      expect(await isListening(endpoint)).toBe(true);
      await app.asks({ ask: 'quit' });
      expect((await app.ended).exitCode).toBe(0);
    } finally {
      holder.close();
    }
  });

  it('says that the passphrase of its encrypted logins is wrong, and ends with 1', async () => {
    const first = start(['--vault', 'file'], { GATEHOUSE_VAULT_PASSPHRASE: 'correct horse battery' });
    await first.hears('window-shown');
    await first.asks({ ask: 'click-menu', label: 'Quit Gatehouse' });
    expect((await first.ended).exitCode).toBe(0);
    const app = start(['--vault', 'file'], { GATEHOUSE_VAULT_PASSPHRASE: 'not this one' });
    expect(await app.hears('error-box')).toMatchObject({
      content: 'The encrypted vault was not opened: the passphrase is wrong. Nothing was changed.',
    });
    expect((await app.ended).exitCode).toBe(1);
    expect(existsSync(path.join(dataDir, 'control.sock'))).toBe(false);
  }, 60_000);

  it('says what is wrong with a switch, and ends with 2', async () => {
    const app = start(['--port', 'many']);
    expect(await app.hears('error-box')).toMatchObject({ content: '--port is a number from 0 to 65535.' });
    expect((await app.ended).exitCode).toBe(2);
  });
});

describe('a gatehouse link', () => {
  const ADD = 'gatehouse://add-server?name=notes&url=https%3A%2F%2Fnotes.example.com%2Fmcp';
  const nobody = async (app: DrivenApp): Promise<void> => {
    expect((await statusOf(app)).servers).toEqual([]);
  };

  it('asks before it adds a server, and a dialog that is closed adds nothing', async () => {
    const app = await open();
    await app.asks({ ask: 'second-instance', argv: ['--flag', ADD] });
    expect(await app.hears('message-box')).toMatchObject({
      options: {
        message: 'Add the server notes?',
        detail: expect.stringContaining('https://notes.example.com/mcp'),
        buttons: ['Add', 'Cancel'],
        defaultId: 1,
        cancelId: 1,
      },
    });
    // The next link is asked about only after the answer to the first.
    await app.asks({ ask: 'open-url', url: 'gatehouse://sign-in?server=notes' });
    await app.hears('message-box', ({ options }) => JSON.stringify(options).includes('Sign in to notes?'));
    await nobody(app);
    expect(app.told.some(({ told }) => told === 'opened-externally')).toBe(false);
  });

  it('adds it after a yes, also when the app was started by it', async () => {
    const app = await open([ADD], { FAKE_ELECTRON_PRESSES: 'Add' });
    await app.hears(
      'sent',
      ({ args }) => Array.isArray(args) && args[0] === 'snapshot' && (args[1] as Snapshot).servers.length === 1,
    );
    expect((await statusOf(app)).servers).toMatchObject([{ name: 'notes', url: 'https://notes.example.com/mcp' }]);
  });

  it('says what is wrong with one that cannot be followed, and asks nothing', async () => {
    const app = await open();
    await app.asks({ ask: 'open-url', url: 'gatehouse://remove-server?name=notes' });
    expect(await app.hears('error-box')).toMatchObject({ title: 'This link cannot be followed' });
    expect(app.told.some(({ told }) => told === 'message-box')).toBe(false);
  });
});

describe('the machine', () => {
  it.each(['resume', 'unlock-screen'] as const)('32 is looked at at once on %s', async (event) => {
    const app = await open();
    await app.asks({ ask: 'power', event });
    await app.asks({ ask: 'quit' });
    await app.ended;
    const [log = ''] = readdirSync(path.join(dataDir, 'logs'));
    const lines = readFileSync(path.join(dataDir, 'logs', log), 'utf8').split('\n');
    expect(lines.filter((line) => line.includes('power.returned'))).toEqual([expect.stringContaining(event)]);
  });
});

describe('a page that dies', () => {
  it('is loaded again, and left alone when it does nothing but die', async () => {
    const app = await open();
    for (let crash = 0; crash < 5; crash += 1) await app.asks({ ask: 'crash-page', reason: 'crashed' });
    expect(app.told.filter(({ told }) => told === 'window-reloads')).toHaveLength(3);
    await app.asks({ ask: 'quit' });
    expect((await app.ended).exitCode).toBe(0);
  });
});

describe('--hidden', () => {
  it('makes the window and shows it only when somebody asks', async () => {
    const app = start(['--hidden']);
    await app.hears('tray-menu');
    await app.hears('window-loads');
    expect(app.told.some(({ told }) => told === 'window-shown')).toBe(false);
    await app.asks({ ask: 'second-instance' });
    await app.hears('window-shown');
  });
});

describe('quit', () => {
  const ways: readonly [string, (app: DrivenApp) => unknown][] = [
    ['Quit in the tray', (app) => app.asks({ ask: 'click-menu', label: 'Quit Gatehouse' })],
    ['SIGTERM', (app) => app.signal('SIGTERM')],
    ['"gatehouse stop"', () => stopOverTheSocket()],
  ];
  it.each(ways)('by %s ends with 0, frees the port and the data folder', async (_way, quit) => {
    const app = await open();
    const { endpoint } = await statusOf(app);
    expect(await isListening(endpoint)).toBe(true);
    expect(existsSync(path.join(dataDir, 'control.sock'))).toBe(true);
    await quit(app);
    expect(await app.ended).toEqual({ exitCode: 0, stderr: '' });
    expect(await isListening(endpoint)).toBe(false);
    // Not only gone with the process: closed, so that nothing is left for a successor to judge.
    expect(existsSync(path.join(dataDir, 'control.sock'))).toBe(false);
  });

  async function stopOverTheSocket(): Promise<void> {
    const connected = await connectControl(dataDir);
    if (!connected.ok) throw new Error(connected.problem.code);
    expect(await connected.value.stop({})).toEqual({ ok: true, value: {} });
    connected.value.close();
  }

  it('ends the keychain worker too, which ran as a utility process and found no keychain here', async () => {
    const app = start(['--vault', 'keychain'], { DBUS_SESSION_BUS_ADDRESS: `unix:path=${folder}/no-bus`, DISPLAY: '' });
    await app.hears('window-shown');
    expect(await statusOf(app)).toMatchObject({ vault: { kind: 'memory', why: 'no-keychain' } });
    const { pid } = z.object({ pid: z.number() }).parse(await app.hears('utility-process'));
    await app.asks({ ask: 'quit' });
    expect((await app.ended).exitCode).toBe(0);
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 5000 });
  });
});

describe('the preload', () => {
  it('is one script that needs nothing but electron, and exposes the transport of the contract', async () => {
    const calls: unknown[] = [];
    const listeners = new Map<string, (...args: unknown[]) => void>();
    const exposed: { gatehouse?: { call(...args: unknown[]): unknown; on(listener: unknown): () => void } } = {};
    const electron = {
      contextBridge: { exposeInMainWorld: (name: string, value: object) => Object.assign(exposed, { [name]: value }) },
      ipcRenderer: {
        invoke: (...args: unknown[]) => calls.push(args),
        on: (channel: string, listener: (...args: unknown[]) => void) => listeners.set(channel, listener),
        off: (channel: string) => listeners.delete(channel),
      },
    };
    const require = (name: string): unknown => {
      if (name !== 'electron') throw new Error(`A sandboxed preload cannot require ${name}`);
      return electron;
    };
    runInNewContext(readFileSync(built.preload, 'utf8'), { require, exports: {}, module: { exports: {} } });

    exposed.gatehouse?.call('status', {});
    expect(calls).toEqual([['gatehouse:call', 'status', {}]]);
    const heard: unknown[] = [];
    const stop = exposed.gatehouse?.on((...args: unknown[]) => heard.push(args));
    listeners.get('gatehouse:event')?.({ sender: 'not for the page' }, 'server', { name: 'notes' });
    expect(heard).toEqual([['server', { name: 'notes' }]]);
    stop?.();
    expect(listeners.size).toBe(0);
  });
});
