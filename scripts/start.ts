// `npm start`: builds what is needed, then the app in Electron where it can run, otherwise the same engine headless,
// with its window in a browser. `npm start -- --demo` runs the demo. Other arguments go to the program.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isBuildFresh } from './build-freshness.ts';
import { downloadElectron, electronBinary, failedDownload } from './electron-binary.ts';
import {
  decideAfterElectron,
  decideStart,
  downloadFailed,
  type ElectronEnd,
  type StartDecision,
} from './start-decision.ts';

const root = path.resolve(import.meta.dirname, '..');
const PARENT_CHECK_MS = 500;
const { env, platform } = process;
const args = process.argv.slice(2);

// Standard output belongs to the program that is started.
const say = (line: string): void => void process.stderr.write(`${line}\n`);

endWithNpm();
if (!isBuildFresh(root)) build();
if (args.includes('--demo')) await demo();
else await start();

/**
 * Who ends npm ends what it started: npm passes a signal to the shell between it and us, and that keeps it to itself.
 * Its end is all that can be seen of it.
 */
function endWithNpm(): void {
  if (env.npm_lifecycle_event !== 'start' || platform === 'win32') return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_CHECK_MS);
  watch.unref();
}

function build(): void {
  say('Building Gatehouse.');
  const vite = path.join(root, 'node_modules/electron-vite/bin/electron-vite.js');
  const built = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'error'], { cwd: root, encoding: 'utf8' });
  if (built.status === 0) return;
  say(`${built.stdout}${built.stderr}\nThe build failed, so there is no Gatehouse to start.`);
  process.exit(1);
}

async function demo(): Promise<void> {
  const script = path.join(root, 'scripts/demo.ts');
  if (!existsSync(script)) {
    say('There is no demo here.');
    process.exit(1);
  }
  await become(
    script,
    args.filter((arg) => arg !== '--demo'),
  );
}

async function start(): Promise<void> {
  let decision = decideStart(facts());
  if (decision.run === 'download') {
    say('Electron has no binary yet: downloading it.');
    const why = await downloadElectron(env);
    decision = why === undefined ? decideStart(facts()) : downloadFailed(why);
  }
  const binary = electronBinary(env);
  if (decision.run === 'electron' && binary) {
    const end = await runElectron(binary);
    const after = decideAfterElectron(end);
    if (!after) process.exit(end.exitCode ?? 128 + (end.signal ? constants.signals[end.signal] : 0));
    decision = after;
  }
  await headless(decision);
}

function facts() {
  const failed = failedDownload();
  return {
    platform,
    isRoot: process.getuid?.() === 0,
    hasDisplay: Boolean(env.DISPLAY || env.WAYLAND_DISPLAY),
    isUnsandboxed: args.includes('--no-sandbox'),
    hasBinary: electronBinary(env) !== undefined,
    now: Date.now(),
    ...(failed ? { failedDownload: failed } : {}),
  };
}

function runElectron(binary: string): Promise<ElectronEnd> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const child = spawn(binary, [root, ...args], { cwd: env.INIT_CWD ?? root, stdio: ['inherit', 'inherit', 'pipe'] });
    let lastWords = '';
    child.stderr.on('data', (chunk: Buffer) => {
      process.stderr.write(chunk);
      lastWords = `${lastWords}${chunk.toString('utf8')}`.slice(-4000);
    });
    let wasAsked = false;
    const passOn = (signal: NodeJS.Signals): void => {
      wasAsked = true;
      child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, passOn);
    const ended = (exitCode: number | null, signal: NodeJS.Signals | null): void => {
      for (const name of signals) process.off(name, passOn);
      resolve({ exitCode, signal, afterMs: performance.now() - startedAt, lastWords, wasAsked });
    };
    child.once('error', (error) => {
      lastWords = error.message;
      ended(1, null);
    });
    child.once('close', ended);
  });
}

async function headless(decision: StartDecision): Promise<void> {
  if (decision.run === 'headless') say(`Without the app, because ${decision.because}.`);
  // Chromium's own switch, which the engine does not know.
  const own = args.filter((arg) => arg !== '--no-sandbox');
  // npm runs scripts in the project's folder; paths on the command line are meant from where the person stands.
  if (env.INIT_CWD) process.chdir(env.INIT_CWD);
  await become(path.join(root, 'dist/main/cli.js'), ['serve', ...own]);
}

/** Runs in this very process, so that signals and exit codes need nobody to pass them on. */
async function become(script: string, argv: readonly string[]): Promise<void> {
  process.argv = [process.execPath, script, ...argv];
  await import(pathToFileURL(script).href);
}
