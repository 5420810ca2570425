import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FailedDownload } from './start-decision.ts';

const root = path.resolve(import.meta.dirname, '..');
const electron = path.join(root, 'node_modules/electron');
const failureFile = path.join(root, 'node_modules/.cache/gatehouse/electron-download.json');

const DOWNLOAD_LIMIT_MS = 60_000;

/** Where the binary is, if it is there. The package is not loaded: without a binary that starts a download. */
export function electronBinary(env: NodeJS.ProcessEnv): string | undefined {
  const name = read(path.join(electron, 'path.txt'));
  const binary = env.ELECTRON_OVERRIDE_DIST_PATH
    ? path.join(env.ELECTRON_OVERRIDE_DIST_PATH, name ?? (process.platform === 'win32' ? 'electron.exe' : 'electron'))
    : name && path.join(electron, 'dist', name);
  return binary && existsSync(binary) ? binary : undefined;
}

/** Undefined when it is there now, otherwise why not; that is remembered. */
export function downloadElectron(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(electron, 'install.js')], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, DOWNLOAD_LIMIT_MS);
    child.once('close', (exitCode) => {
      clearTimeout(limit);
      if (exitCode === 0 && electronBinary(env)) {
        rmSync(failureFile, { force: true });
        resolve(undefined);
        return;
      }
      const why = isLate ? `it took over ${DOWNLOAD_LIMIT_MS / 1000} s` : errorOf(said) || `exit code ${exitCode}`;
      remember({ at: Date.now(), why });
      resolve(why);
    });
  });
}

/** Of the version that is installed now: another one is worth another try. */
export function failedDownload(): FailedDownload | undefined {
  const text = read(failureFile);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { at, why, version } = value as Record<string, unknown>;
    return typeof at === 'number' && typeof why === 'string' && version === electronVersion() ? { at, why } : undefined;
  } catch {
    return undefined;
  }
}

function remember(failure: FailedDownload): void {
  mkdirSync(path.dirname(failureFile), { recursive: true });
  writeFileSync(failureFile, JSON.stringify({ ...failure, version: electronVersion() }));
}

function electronVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(electron, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** The first line of a stack trace is what went wrong. */
function errorOf(stderr: string): string {
  const first = stderr.split('\n').find((line) => line.trim() !== '') ?? '';
  return first.replace(/^\w*Error: /, '').slice(0, 200);
}

function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}
