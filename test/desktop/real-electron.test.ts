import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { electronBinary } from '../../scripts/electron-binary.ts';
import type { Transport } from '../../src-preload/derive.ts';
import { startAuthorizationServer } from '../servers/authorization-server.ts';
import { startGuardedMcpServer } from '../servers/guarded-mcp-server.ts';
import { signIn } from '../servers/sign-in.ts';
import { type BuiltApp, buildApp } from './built-app.ts';

declare global {
  // What the preload exposes in the page.
  var gatehouse: Transport;
}

const binary = electronBinary(process.env);

/** Why these tests cannot run here. */
function whyNot(): string | undefined {
  if (!binary) return 'Electron has no binary here ("npx install-electron" fetches it)';
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY ? 'there is no display' : undefined;
}

const reason = whyNot();
const title = reason === undefined ? 'the built app in Electron' : `the built app in Electron (skipped: ${reason})`;

describe.skipIf(reason !== undefined)(title, { timeout: 60_000 }, () => {
  let built: BuiltApp;
  let folder: string;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(() => {
    built = buildApp();
  }, 60_000);
  afterAll(() => built.remove());

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-electron-'));
    closing.push(async () => rmSync(folder, { recursive: true, force: true }));
    // What the tray's menu is: Electron gives no way to ask a tray for it.
    writeFileSync(
      path.join(folder, 'keep-menu.cjs'),
      `const { Tray } = require('electron');
const set = Tray.prototype.setContextMenu;
Tray.prototype.setContextMenu = function (menu) { globalThis.trayMenu = menu; return set.call(this, menu); };`,
    );
    writeFileSync(path.join(folder, 'browser.sh'), `#!/bin/sh\nprintf '%s' "$1" > '${folder}/opened'\n`, {
      mode: 0o755,
    });
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function launch(...more: string[]): Promise<{ app: ElectronApplication; window: Page }> {
    const own = ['-r', path.join(folder, 'keep-menu.cjs'), built.main, '--data-dir', path.join(folder, 'data')];
    const app = await _electron.launch({
      executablePath: binary ?? '',
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ...own,
        '--port',
        '0',
        '--vault',
        'memory',
        ...more,
      ],
      env: {
        ...(process.env as Record<string, string>),
        GATEHOUSE_BROWSER: path.join(folder, 'browser.sh'),
        XDG_CONFIG_HOME: path.join(folder, 'config'),
      },
    });
    closing.push(() => app.close());
    return { app, window: await app.firstWindow() };
  }

  const menuLabels = (app: ElectronApplication): Promise<readonly string[]> =>
    app.evaluate(() => {
      const { trayMenu } = globalThis as { trayMenu?: Electron.Menu };
      return trayMenu?.items.map(({ label }) => label) ?? [];
    });
  const clickMenu = (app: ElectronApplication, label: string): Promise<void> =>
    app.evaluate((_electron, wanted) => {
      const { trayMenu } = globalThis as { trayMenu?: Electron.Menu };
      trayMenu?.items.find((item) => item.label === wanted)?.click();
    }, label);

  it('2 37 38 signs in by one click in the tray, and the window says so', async () => {
    const authorizationServer = await startAuthorizationServer();
    closing.push(authorizationServer.close);
    const mcp = await startGuardedMcpServer({ authorizationServer });
    closing.push(mcp.close);
    const { app, window } = await launch();
    await window.evaluate((url) => globalThis.gatehouse.call('addServer', { name: 'notes', url }), mcp.url);
    await window.getByText('Sign in needed').first().waitFor();
    await vi.waitFor(async () => expect(await menuLabels(app)).toContain('Sign in to notes…'), { timeout: 10_000 });
    await clickMenu(app, 'Sign in to notes…');
    await vi.waitFor(() => expect(existsSync(path.join(folder, 'opened'))).toBe(true), { timeout: 10_000 });
    await signIn(readFileSync(path.join(folder, 'opened'), 'utf8'));
    await window.getByText('Connected').first().waitFor();
  });

  it('runs its page without Node, in the sandbox, under the strict policy', async () => {
    const { window } = await launch();
    expect(window.url()).toBe('app://gatehouse/');
    expect(
      await window.evaluate(() => [
        typeof Reflect.get(globalThis, 'process'),
        typeof Reflect.get(globalThis, 'require'),
      ]),
    ).toEqual(['undefined', 'undefined']);
    const errors: string[] = [];
    window.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
    await window.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "broken in"';
      document.head.append(script);
    });
    expect(await window.title()).not.toBe('broken in');
    await vi.waitFor(() => expect(errors.join()).toContain('Content Security Policy'));
  });

  it('23 39 shows the window of the first when it is started again', async () => {
    const { app } = await launch();
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    const second = await _electron
      .launch({
        executablePath: binary ?? '',
        args: [
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
          built.main,
          '--data-dir',
          path.join(folder, 'data'),
        ],
      })
      .catch(() => undefined);
    if (second) closing.push(() => second.close());
    await vi.waitFor(async () =>
      expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())).toBe(true),
    );
  });

  it.skipIf(process.platform !== 'linux')(
    'starts at login after a click in the tray (XDG autostart file)',
    async () => {
      const { app } = await launch();
      await vi.waitFor(async () => expect(await menuLabels(app)).toContain('Start at login'), { timeout: 10_000 });
      await clickMenu(app, 'Start at login');
      const autostart = path.join(folder, 'config/autostart');
      await vi.waitFor(() => expect(existsSync(autostart)).toBe(true), { timeout: 10_000 });
    },
  );
});
