import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '../engine/model/result.ts';

export interface StartOptions {
  readonly dataDir?: string;
  readonly port?: number;
  readonly vault: 'keychain' | 'file' | 'memory';
  readonly passphraseFile?: string;
  /** In the tray only, without its window: as the start at login does it. */
  readonly hidden: boolean;
}

/**
 * The app's own switches, the same as those of `gatehouse serve`. Others are left alone: Chromium and the desktop add
 * theirs. Fails with `invalid-input`.
 */
export function parseStartOptions(args: readonly string[]): Result<StartOptions> {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: {
      'data-dir': { type: 'string' },
      port: { type: 'string' },
      vault: { type: 'string' },
      'passphrase-file': { type: 'string' },
      hidden: { type: 'boolean' },
    },
  });
  const { 'data-dir': dataDir, port, vault = 'keychain', 'passphrase-file': passphraseFile } = values;
  // A switch at the end without its value comes as `true`.
  if (dataDir !== undefined && typeof dataDir !== 'string') return refuse('--data-dir needs a folder.');
  if (passphraseFile !== undefined && typeof passphraseFile !== 'string') {
    return refuse('--passphrase-file needs a file.');
  }
  if (vault !== 'keychain' && vault !== 'file' && vault !== 'memory') {
    return refuse('--vault is "keychain", "file" or "memory".');
  }
  if (port !== undefined && !isPort(port)) return refuse('--port is a number from 0 to 65535.');
  return ok({
    vault,
    hidden: values.hidden === true,
    ...(passphraseFile === undefined ? {} : { passphraseFile }),
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(port === undefined ? {} : { port: Number(port) }),
  });
}

function isPort(text: string | boolean): boolean {
  return typeof text === 'string' && /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

function refuse(detail: string): Result<never> {
  return fail({ code: 'invalid-input', detail });
}
