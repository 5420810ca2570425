import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { createSystemClock } from '../../src-main/adapters/system-clock.ts';
import { createSystemRandom } from '../../src-main/adapters/system-random.ts';
import { startWindowServer, type WindowServer } from '../../src-main/control/window-server.ts';
import type { Snapshot } from '../../src-preload/contract.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { createScriptedEngine, type ScriptedEngine } from './scripted-engine.ts';

/** The real built page, behind the real window server with its policy, in a real Chromium. */
export interface WindowStage {
  readonly browser: Browser;
  show(snapshot: Snapshot, options?: BrowserContextOptions & { readonly clockAt?: number }): Promise<ShownWindow>;
  close(): Promise<void>;
}

export interface ShownWindow {
  readonly page: Page;
  readonly engine: ScriptedEngine;
  readonly server: WindowServer;
  /** Console errors and breaches of the policy: there are none to be. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export async function openStage(): Promise<WindowStage> {
  const rendererDir = await mkdtemp(join(tmpdir(), 'gatehouse-window-'));
  await build({
    configFile: false,
    logLevel: 'error',
    root: join(import.meta.dirname, '../../src-renderer'),
    base: './',
    plugins: [react()],
    build: { outDir: rendererDir, emptyOutDir: true, chunkSizeWarningLimit: 1000 },
  });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  const clock = createSystemClock();
  return {
    browser,
    show: async (snapshot, { clockAt, ...options } = {}) => {
      const engine = createScriptedEngine(snapshot);
      const server = await startWindowServer({
        handlers: engine.handlers,
        subscribe: engine.subscribe,
        rendererDir,
        logger: createRecordingLogger(),
        random: createSystemRandom(),
        clock,
      });
      const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1100, height: 760 }, ...options });
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const page = await context.newPage();
      const complaints = listen(page);
      if (clockAt !== undefined) await page.clock.setFixedTime(clockAt);
      await page.goto(server.freshLink());
      await page.locator('.pages').waitFor();
      return {
        page,
        engine,
        server,
        complaints,
        close: async () => {
          await context.close();
          await server.close();
        },
      };
    },
    close: async () => {
      await browser.close();
      clock.stop();
      await rm(rendererDir, { recursive: true, force: true });
    },
  };
}

function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}
