import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { resolveDataDir } from './adapters/data-folder.ts';
import { takePassphrase } from './adapters/file-vault/passphrase.ts';
import { forkWorker, type SpawnWorker } from './adapters/keychain/worker-process.ts';
import { createSystemBrowser } from './adapters/open-in-browser.ts';
import { startWindowServer, type WindowServer } from './control/window-server.ts';
import type { Installation } from './engine/model/own-command.ts';
import type { Problem } from './engine/model/problem.ts';
import { sentenceFor } from './engine/model/words.ts';
import type { VaultHealth } from './engine/ports.ts';
import type { VaultKind } from './open-vault.ts';
import { startProgram } from './program.ts';
import { startDemoProcess } from './start-demo.ts';

/** Built files lie side by side: dist/main, dist/renderer. */
const HERE = import.meta.dirname;
const DEMO_SCRIPT = join(HERE, '../../scripts/demo.ts');

export interface ServeOptions {
  readonly dataDir?: string;
  readonly port?: number;
  readonly vault: VaultKind;
  readonly passphraseFile?: string;
  /** Asks at the terminal for one line that is not shown; undefined where nobody sits there. */
  readonly askHidden?: (prompt: string) => Promise<string>;
  readonly json: boolean;
  /** Of the keychain; left out: one that is started when it is needed. */
  readonly spawnWorker?: SpawnWorker;
  readonly installation: Installation;
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/**
 * `gatehouse serve`: the engine in this process, its window in a browser, until a signal or `gatehouse stop`. Resolves
 * with the problem that kept it from starting.
 */
export async function serve(options: ServeOptions): Promise<Problem | undefined> {
  const { env, json, stdout, stderr } = options;
  const tell = (event: object): unknown => stdout.write(`${JSON.stringify(event)}\n`);
  const failed = (problem: Problem): Problem => {
    if (json) tell({ event: 'failed', problem });
    else stderr.write(`${sentenceFor(problem)}\n`);
    return problem;
  };

  const given = takePassphrase(env);
  const dataDir = resolveDataDir(options.dataDir, env, process.platform);
  let windowServer: WindowServer | undefined;
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  // Before anything listens: a signal during the start ends it cleanly too.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, end);

  const program = await startProgram({
    dataDir,
    vault: options.vault,
    passphrase: {
      ...(options.passphraseFile === undefined ? {} : { file: options.passphraseFile }),
      ...(given ? { given } : {}),
      ...(options.askHidden ? { ask: options.askHidden } : {}),
    },
    installation: options.installation,
    env,
    browser: createSystemBrowser({ env }),
    // Without a desktop nobody can tell: the person who chose "when-needed" gets what was chosen.
    presence: { idleMs: () => undefined },
    spawnWorker: options.spawnWorker ?? forkWorker(join(HERE, 'keychain-worker.js')),
    demo: env.GATEHOUSE_DEMO ? 'running-here' : existsSync(DEMO_SCRIPT) ? 'offered' : 'absent',
    startDemo: () => startDemoProcess(DEMO_SCRIPT, env),
    openWindow: () => (windowServer ? { url: windowServer.freshLink() } : {}),
    // The reply goes out first.
    onStop: () => setImmediate(end),
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  if (!program.ok) return failed(program.problem);
  const { handlers, subscribe, clock, random, logger, endpoint, vault, vaultOpened, close } = program.value;
  windowServer = await startWindowServer({
    handlers,
    subscribe,
    clock,
    random,
    logger,
    rendererDir: join(HERE, '../renderer'),
  });

  const closeAll = async (): Promise<void> => {
    await windowServer?.close();
    await close();
  };
  // Everything is up meanwhile. "Ready" is said of a program whose logins can be read.
  const opened = await vaultOpened;
  if (!opened.ok) {
    await closeAll();
    return failed(opened.problem);
  }
  const link = windowServer.freshLink();
  if (json) {
    tell({ event: 'ready', url: new URL(endpoint).origin, window: link, dataDir, pid: process.pid });
  } else {
    stdout.write(`Gatehouse listens at ${endpoint}\nStatus window: ${link}\n`);
  }
  const warning = vaultWarning(vault);
  if (warning) stderr.write(`${warning}\n`);

  await ended;
  await closeAll();
  return undefined;
}

/** Said loudly: whoever has no lasting keychain loses the logins with the program, or at the end of the session. */
function vaultWarning(vault: VaultHealth): string | undefined {
  switch (vault.kind) {
    case 'file':
      return undefined;
    case 'keychain':
      return vault.isVolatile
        ? 'The keychain keeps logins only until you log out of this computer: its default collection is volatile.'
        : undefined;
    case 'locked':
      return 'The keychain is locked. Unlock it, then click Unlock in the window.';
    case 'memory':
      return vault.why === 'chosen'
        ? 'Logins are kept in memory only, as you chose: they are gone when Gatehouse ends.'
        : `No keychain was found (${vault.detail ?? 'no reason given'}). Logins are kept in memory only: they are gone when Gatehouse ends.`;
  }
}
