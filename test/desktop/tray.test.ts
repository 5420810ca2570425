import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startBus, startTrayHost } from '../fakes/tray-host.ts';
import { startAuthorizationServer } from '../servers/authorization-server.ts';
import { startGuardedMcpServer } from '../servers/guarded-mcp-server.ts';
import { signIn } from '../servers/sign-in.ts';
import { type BuiltApp, buildApp } from './built-app.ts';
import { type DrivenApp, driveApp } from './electron-driver.ts';

let built: BuiltApp;
let folder: string;
let closing: (() => unknown)[];

beforeAll(() => {
  built = buildApp();
}, 60_000);
afterAll(() => built.remove());
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-tray-'));
  closing = [() => rmSync(folder, { recursive: true, force: true })];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
});

function start(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): DrivenApp {
  const dataDir = path.join(folder, 'data');
  const all = ['.', '--data-dir', dataDir, '--port', '0', '--vault', 'memory', ...args];
  const app = driveApp(built.main, all, { XDG_CONFIG_HOME: path.join(folder, 'config'), ...env });
  closing.push(() => app.kill());
  return app;
}

const invoke = (app: DrivenApp, call: string, input: unknown) =>
  app.asks({
    ask: 'invoke',
    channel: 'gatehouse:call',
    args: [call, input],
    frame: { url: 'app://gatehouse/', parent: null },
  });

const menuWith = (app: DrivenApp, label: string) =>
  app.hears('tray-menu', ({ labels }) => (labels as string[]).includes(label));

/** The first menu from now on that has it. */
function nextMenuWith(app: DrivenApp, label: string): Promise<unknown> {
  const before = app.told.length;
  const isNew = (told: (typeof app.told)[number]): boolean => app.told.indexOf(told) >= before;
  return app.hears('tray-menu', (told) => isNew(told) && (told.labels as string[]).includes(label));
}

describe('the tray', { timeout: 60_000 }, () => {
  it('tells the state by an icon that is there, in words, and by a menu with all that can be done', async () => {
    const app = start();
    expect(await menuWith(app, 'Ready for your first server')).toMatchObject({
      labels: [
        'Ready for your first server',
        '',
        'Copy endpoint',
        'Open Gatehouse',
        '',
        'Start at login',
        '',
        'Quit Gatehouse',
      ],
    });
    expect(await app.hears('tray-tooltip')).toMatchObject({ toolTip: 'Gatehouse: Ready for your first server' });
    const { image } = z.object({ image: z.string() }).parse(await app.hears('tray-created'));
    const drawn = path.resolve(import.meta.dirname, '../../assets/tray', path.basename(image));
    expect(statSync(drawn).size).toBeGreaterThan(0);
    await app.asks({ ask: 'click-menu', label: 'Copy endpoint' });
    expect(await app.hears('copied')).toMatchObject({
      text: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/),
    });
    await invoke(app, 'changeSettings', { language: 'de' });
    await menuWith(app, 'Gatehouse beenden');
    const inEnglish = nextMenuWith(app, 'Quit Gatehouse');
    await invoke(app, 'changeSettings', { language: 'en' });
    await inEnglish;
    const before = app.told.length;
    await app.asks({ ask: 'click-tray' });
    await app.asks({ ask: 'click-menu', label: 'Open Gatehouse' });
    expect(app.told.slice(before).filter(({ told }) => told === 'window-focused')).toHaveLength(2);
  });

  it('37 38 shows a needed sign-in within a second and starts it by one click; the word goes with success', async () => {
    const authorizationServer = await startAuthorizationServer();
    closing.push(authorizationServer.close);
    const mcp = await startGuardedMcpServer({ authorizationServer });
    closing.push(mcp.close);
    const app = start();
    await app.hears('window-shown');
    const now = (): number => performance.now();
    const changedAt = app.hears('sent', ({ args }) => JSON.stringify(args).includes('login-needed')).then(now);
    const shownAt = menuWith(app, 'Sign in to notes…').then(now);
    expect(await invoke(app, 'addServer', { name: 'notes', url: mcp.url })).toMatchObject({ ok: true });
    expect((await shownAt) - (await changedAt)).toBeLessThan(1000);
    expect((await menuWith(app, 'Sign in to notes…')).labels).toEqual(
      expect.arrayContaining(['Sign in needed: notes', 'notes: Sign in needed']),
    );
    expect(await app.hears('tray-image', ({ image }) => String(image).includes('need'))).toBeDefined();

    await app.asks({ ask: 'click-menu', label: 'Sign in to notes…' });
    await signIn(String((await app.hears('opened-externally')).url));
    const well = await app.hears('tray-tooltip', ({ toolTip }) => toolTip === 'Gatehouse: All connected');
    expect(app.told.filter(({ told }) => told === 'opened-externally')).toHaveLength(1);
    const isLater = (told: (typeof app.told)[number]): boolean => app.told.indexOf(told) > app.told.indexOf(well);
    const after = await app.hears('tray-menu', isLater);
    expect(JSON.stringify(after.labels)).not.toContain('Sign in to notes');
    await app.asks({ ask: 'click-menu', label: 'Pause all' });
    await menuWith(app, 'notes: Paused');
    const resumed = app.hears('tray-tooltip', (told) => told !== well && told.toolTip === well.toolTip);
    await app.asks({ ask: 'click-menu', label: 'notes: Paused > Resume' });
    await resumed;
  });

  it('keeps still while only calls are counted or an outage is tried again', async () => {
    const upstream = createServer((_request, response) => response.writeHead(500).end());
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    closing.push(() => upstream.close());
    const app = start();
    await app.hears('window-shown');
    const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/mcp`;
    await invoke(app, 'addServer', { name: 'notes', url });
    await menuWith(app, 'notes: Trying again');
    const before = app.told.filter(({ told }) => told === 'tray-menu').length;
    // Each try changes when the next one is.
    await invoke(app, 'reconnectServer', { name: 'notes' });
    await invoke(app, 'addServer', { name: 'wiki', url });
    await menuWith(app, 'wiki: Trying again');
    const after = app.told.filter(({ told }) => told === 'tray-menu').length;
    expect(after - before).toBeLessThanOrEqual(2);
  });

  it('39 is made anew when a panel comes after it', async () => {
    const bus = await startBus(folder);
    closing.push(bus.stop);
    const app = start([], bus.env);
    await app.hears('tray-created');
    await app.hears('window-shown');
    const host = await startTrayHost(bus.env);
    closing.push(host.stop);
    await vi.waitFor(
      () => {
        expect(app.told.filter(({ told }) => told === 'tray-created').length).toBeGreaterThan(1);
      },
      { timeout: 15_000 },
    );
    const again = app.told.findLastIndex(({ told }) => told === 'tray-created');
    await vi.waitFor(() => {
      expect(app.told.slice(again).map(({ told }) => told)).toEqual(
        expect.arrayContaining(['tray-created', 'tray-tooltip', 'tray-menu']),
      );
    });
  });

  it('39 where none can be made the window comes up at each start, and at a second one', async () => {
    const app = start([], { FAKE_ELECTRON_HAS_NO_TRAY: '1' });
    await app.hears('window-shown');
    const before = app.told.length;
    await app.asks({ ask: 'second-instance' });
    expect(app.told.slice(before)).toContainEqual(expect.objectContaining({ told: 'window-focused' }));
  });
});

describe('a notification', { timeout: 60_000 }, () => {
  it('38 comes for a needed sign-in that nobody looks at, signs in by its button, and goes when it healed', async () => {
    const authorizationServer = await startAuthorizationServer();
    closing.push(authorizationServer.close);
    const mcp = await startGuardedMcpServer({ authorizationServer });
    closing.push(mcp.close);
    const app = start(['--hidden']);
    await menuWith(app, 'Ready for your first server');
    await app.hears('window-loads');
    await invoke(app, 'addServer', { name: 'notes', url: mcp.url });
    expect(await app.hears('notification')).toMatchObject({
      title: 'Sign in needed: notes',
      body: 'Nobody has signed in yet.',
      buttons: ['Sign in'],
    });
    await app.asks({ ask: 'notification', event: 'action' });
    await signIn(String((await app.hears('opened-externally')).url));
    await app.hears('notification-closed');
    await app.hears('tray-tooltip', ({ toolTip }) => toolTip === 'Gatehouse: All connected');
    expect(app.told.filter(({ told }) => told === 'notification')).toHaveLength(1);
    expect(app.told.map(({ told }) => told)).not.toContain('window-shown');
    await app.asks({ ask: 'notification', event: 'click' });
    await app.hears('window-shown');
  });
});

describe('the start at login', { timeout: 60_000 }, () => {
  it('is switched in the tray and in the settings, which agree, and starts hidden on this data folder', async () => {
    const app = start();
    await menuWith(app, 'Start at login');
    const file = path.join(folder, 'config/autostart/gatehouse.desktop');
    expect(existsSync(file)).toBe(false);
    await app.asks({ ask: 'click-menu', label: 'Start at login' });
    await vi.waitFor(() => expect(existsSync(file)).toBe(true));
    expect(readFileSync(file, 'utf8')).toMatch(/^Exec=\S+ \/app --hidden --data-dir \S+\/data$/m);
    expect(await invoke(app, 'settings', {})).toMatchObject({ value: { startAtLogin: 'on' } });
    expect(await invoke(app, 'changeSettings', { startAtLogin: 'off' })).toMatchObject({
      value: { startAtLogin: 'off' },
    });
    expect(existsSync(file)).toBe(false);
  });

  it('shows no window until somebody wants it', async () => {
    const app = start(['--hidden']);
    await menuWith(app, 'Ready for your first server');
    await app.hears('window-loads');
    expect(app.told.map(({ told }) => told)).not.toContain('window-shown');
    await app.asks({ ask: 'second-instance' });
    await app.hears('window-shown');
  });
});
