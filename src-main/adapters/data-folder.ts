import { randomUUID } from 'node:crypto';
import { accessSync, constants, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { fail, ok, type Result } from '../engine/model/result.ts';

const ID_FILE = 'data-folder.json';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface DataFolder {
  readonly dir: string;
  /** Names this folder in the keychain, for as long as it lives. */
  readonly id: string;
  path(name: string): string;
}

/** `--data-dir`, else `GATEHOUSE_DATA_DIR`, else the system's usual place (on Windows in LOCALAPPDATA). Absolute. */
export function resolveDataDir(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  const chosen = option || env.GATEHOUSE_DATA_DIR;
  if (chosen) return resolve(chosen);
  if (platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'Gatehouse', 'Data');
  // env-paths read the environment when it was loaded; the one that was given counts.
  if (platform === 'linux')
    return join(env.XDG_DATA_HOME || join(env.HOME || homedir(), '.local', 'share'), 'gatehouse');
  return envPaths('Gatehouse', { suffix: '' }).data;
}

/** Whether this person would have the folder without choosing one. */
export function isUsualDataDir(
  dir: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): boolean {
  return dir === resolveDataDir(undefined, { ...env, GATEHOUSE_DATA_DIR: undefined }, platform);
}

function problem(dir: string, error: unknown): Result<never> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why =
    code === 'EEXIST' || code === 'ENOTDIR'
      ? 'it, or a folder above it, is a file'
      : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'it is not writable'
        : error instanceof Error
          ? error.message
          : String(error);
  return fail({ code: 'not-available', detail: `the data folder ${dir} cannot be used: ${why}` });
}

function readId(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string') {
    if (UUID.test(value.id)) return value.id;
  }
  throw new Error(`${ID_FILE} holds no id`);
}

/** Two starts at the same moment agree on one id: the file appears whole, and only once. */
function createId(dir: string, file: string): string {
  const id = randomUUID();
  const temp = join(dir, `.${ID_FILE}.${id}.tmp`);
  writeFileSync(temp, `${JSON.stringify({ id })}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(temp, file);
    return id;
  } catch (error) {
    const existing = readId(file);
    if (existing) return existing;
    // A file system without hard links.
    if (error instanceof Error) writeFileSync(file, `${JSON.stringify({ id })}\n`, { mode: 0o600, flag: 'wx' });
    return id;
  } finally {
    rmSync(temp, { force: true });
  }
}

/**
 * Creates the folder where it is missing, for its owner only. Fails with `not-available` where it cannot be written, is
 * a file, or has a broken `data-folder.json` (a new id would hide every login in the keychain, so it is not replaced).
 */
export function openDataFolder(dir: string): Result<DataFolder> {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    const file = join(dir, ID_FILE);
    const id = readId(file) ?? createId(dir, file);
    return ok({ dir, id, path: (name) => join(dir, name) });
  } catch (error) {
    return problem(dir, error);
  }
}
