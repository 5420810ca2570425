import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src-preload/contract.ts';
import { startAuthorizationServer } from '../servers/authorization-server.ts';
import { startGuardedMcpServer } from '../servers/guarded-mcp-server.ts';
import { signIn } from '../servers/sign-in.ts';
import { type BuiltApp, buildApp } from './built-app.ts';
import { type DrivenApp, driveApp } from './electron-driver.ts';

const WINDOW = { url: 'app://gatehouse/', parent: null };

let built: BuiltApp;
let dataDir: string;
let closing: (() => Promise<unknown>)[];

beforeAll(() => {
  built = buildApp();
}, 60_000);
afterAll(() => built.remove());

beforeEach(() => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-attach-'));
  dataDir = path.join(folder, 'data');
  closing = [async () => rmSync(folder, { recursive: true, force: true })];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
});

/** `gatehouse serve`, as a service runs it. Resolves when it says that it is ready. */
async function serve(): Promise<{ readonly pid: number | undefined; stop(): Promise<void> }> {
  const cli = path.join(path.dirname(built.main), 'cli.js');
  const args = [cli, 'serve', '--json', '--data-dir', dataDir, '--port', '0', '--vault', 'memory'];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const gone = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill();
    await gone;
  };
  closing.push(stop);
  if (child.stdout) await once(child.stdout, 'data');
  return { pid: child.pid, stop };
}

async function openApp(): Promise<DrivenApp> {
  const app = driveApp(built.main, ['.', '--data-dir', dataDir, '--port', '0', '--vault', 'memory']);
  closing.push(() => app.kill());
  await app.hears('window-shown');
  return app;
}

const invoke = (app: DrivenApp, call: string, input: unknown = {}) =>
  app.asks({ ask: 'invoke', channel: 'gatehouse:call', args: [call, input], frame: WINDOW });

const eventOf = (app: DrivenApp, name: string, fits: (payload: unknown) => boolean = () => true) =>
  app.hears('sent', ({ channel, args }) => {
    const [event, payload] = args as [string, unknown];
    return channel === 'gatehouse:event' && event === name && fits(payload);
  });

describe('an app on a data folder where an engine runs without one', { timeout: 60_000 }, () => {
  it('23 37 is window and tray for that engine, and leaves it running when it quits', async () => {
    const mcp = await startGuardedMcpServer({ guard: { admits: 'everybody' } });
    closing.push(mcp.close);
    const engine = await serve();
    const app = await openApp();
    const status = (await invoke(app, 'status')) as { ok: boolean; value: Snapshot };
    expect(status.value.pid).toBe(engine.pid);

    expect(await invoke(app, 'addServer', { name: 'notes', url: mcp.url })).toMatchObject({ ok: true });
    await eventOf(app, 'server', (row) => (row as Snapshot['servers'][number]).state.kind === 'ready');
    await app.hears('tray-tooltip', ({ toolTip }) => toolTip === 'Gatehouse: All connected');

    await app.asks({ ask: 'quit' });
    expect((await app.ended).exitCode).toBe(0);
    const again = await openApp();
    expect(await invoke(again, 'status')).toMatchObject({ value: { pid: engine.pid, servers: [{ name: 'notes' }] } });
  });

  it('2 opens the sign-in page in the browser of the desktop, where the click was', async () => {
    const authorizationServer = await startAuthorizationServer();
    closing.push(authorizationServer.close);
    const mcp = await startGuardedMcpServer({ authorizationServer });
    closing.push(mcp.close);
    await serve();
    const app = await openApp();
    await invoke(app, 'addServer', { name: 'notes', url: mcp.url });
    expect(await invoke(app, 'startLogin', { name: 'notes', openBrowser: true })).toMatchObject({
      ok: true,
      value: { browserOpened: true },
    });
    const { url } = await app.hears('opened-externally');
    await signIn(String(url));
    await eventOf(app, 'server', (row) => (row as Snapshot['servers'][number]).state.kind === 'ready');
  });

  it('says so while that engine is gone, and shows the next one by itself', async () => {
    const engine = await serve();
    const app = await openApp();
    await engine.stop();
    await eventOf(app, 'link', (link) => link === 'gone');
    await app.hears('tray-tooltip', ({ toolTip }) => toolTip === 'Gatehouse: Gatehouse does not answer');
    expect(await invoke(app, 'status')).toMatchObject({ ok: false, problem: { code: 'engine-not-running' } });

    const next = await serve();
    await eventOf(app, 'snapshot', (snapshot) => (snapshot as Snapshot).pid === next.pid);
    expect(await invoke(app, 'status')).toMatchObject({ ok: true, value: { pid: next.pid } });
  });
});
