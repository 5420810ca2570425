import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
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
  /** The built page. */
  readonly rendererDir: string;
  show(snapshot: Snapshot, options?: ShowOptions): Promise<ShownWindow>;
  /** The same, of whatever answers the contract. */
  showOf(engine: Side, options?: ShowOptions): Promise<Omit<ShownWindow, 'engine'>>;
  close(): Promise<void>;
}

type ShowOptions = BrowserContextOptions & { readonly clockAt?: number };
type Side = Pick<ScriptedEngine, 'handlers' | 'subscribe'>;

export interface ShownWindow {
  readonly page: Page;
  readonly engine: ScriptedEngine;
  readonly server: WindowServer;
  /** The link that was opened; its code is used. */
  readonly link: string;
  /** Console errors and breaches of the policy: there are none to be. */
  readonly complaints: readonly string[];
  /** Ends every connection, and each new one, until it is mended. */
  cutLine(): void;
  mendLine(): void;
  close(): Promise<void>;
}

export async function openStage(): Promise<WindowStage> {
  const rendererDir = await mkdtemp(join(tmpdir(), 'gatehouse-window-'));
  await buildForProduction(rendererDir);
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  const clock = createSystemClock();
  const showOf: WindowStage['showOf'] = async ({ handlers, subscribe }, { clockAt, ...options } = {}) => {
    const server = await startWindowServer({
      handlers,
      subscribe,
      rendererDir,
      logger: createRecordingLogger(),
      random: createSystemRandom(),
      clock,
    });
    const line = await openLine(Number(new URL(server.url).port));
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1100, height: 760 }, ...options });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    const complaints = await listen(page);
    if (clockAt !== undefined) await page.clock.setFixedTime(clockAt);
    const link = new URL(server.freshLink());
    link.port = String(line.port);
    await page.goto(link.href);
    await page
      .locator('.pages')
      .waitFor({ timeout: 10_000 })
      .catch((error: unknown) => {
        throw new Error(`The window shows nothing. It complains: ${complaints.join(' | ') || 'of nothing'}`, {
          cause: error,
        });
      });
    return {
      page,
      server,
      complaints,
      link: link.href,
      cutLine: line.cut,
      mendLine: line.mend,
      close: async () => {
        await context.close();
        line.close();
        await server.close();
      },
    };
  };
  return {
    browser,
    rendererDir,
    showOf,
    show: async (snapshot, options) => {
      const engine = createScriptedEngine(snapshot);
      return { ...(await showOf(engine, options)), engine };
    },
    close: async () => {
      await browser.close();
      clock.stop();
      await rm(rendererDir, { recursive: true, force: true });
    },
  };
}

async function listen(page: Page): Promise<string[]> {
  const complaints: string[] = [];
  // Chromium says nothing on the console of a breach whose exception was caught.
  await page.exposeFunction('complain', (text: string) => complaints.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      (window as unknown as { complain(text: string): void }).complain(
        `${event.violatedDirective} ${event.blockedURI}`,
      );
    });
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

/**
 * Vitest sets NODE_ENV to `test`, under which React and react-aria are others than the ones that a person gets: among
 * them what the policy has to bear.
 */
async function buildForProduction(outDir: string): Promise<void> {
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    await build({
      configFile: false,
      logLevel: 'error',
      root: join(import.meta.dirname, '../../src-renderer'),
      base: './',
      plugins: [react()],
      build: { outDir, emptyOutDir: true, chunkSizeWarningLimit: 1000 },
    });
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}

/** Bytes to and fro between the page and its server, and a place to cut them. */
async function openLine(target: number) {
  const sockets = new Set<Socket>();
  let isCut = false;
  const relay = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const address = relay.address();
  const cut = (): void => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut,
    mend: () => {
      isCut = false;
    },
    close: () => {
      cut();
      relay.close();
    },
  };
}
