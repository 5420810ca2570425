import { spawn } from 'node:child_process';
import { fail, ok, type Result } from '../engine/model/result.ts';
import type { Browser } from '../engine/ports.ts';

/** A program that has not failed within so long has taken the URL. */
const SETTLED_MS = 1000;

export interface SystemBrowserOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
}

interface Program {
  readonly file: string;
  /** What stands before the URL. */
  readonly args: readonly string[];
}

/**
 * Hands a URL to the person's browser, or to the program that GATEHOUSE_BROWSER names, as one argument and past any
 * shell. Fails with `browser-not-opened`.
 */
export function createSystemBrowser({ env, platform = process.platform }: SystemBrowserOptions): Browser {
  return {
    async open(url) {
      // F5: checked before by who asks; whatever comes here, nothing but a web address goes out.
      if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || /[\s\p{C}]/u.test(url)) {
        return notOpened('it is no web address');
      }
      const program = programFor(env, platform);
      if (program === undefined) return notOpened('there is no display');
      return start(program, url, env);
    },
  };
}

function notOpened(detail: string): Result<never> {
  return fail({ code: 'browser-not-opened', detail });
}

function programFor(env: SystemBrowserOptions['env'], platform: NodeJS.Platform): Program | undefined {
  if (env.GATEHOUSE_BROWSER) return { file: env.GATEHOUSE_BROWSER, args: [] };
  if (platform === 'darwin') return { file: 'open', args: [] };
  // `start` is a word of cmd.exe, which would read & and % in the URL.
  if (platform === 'win32') return { file: 'rundll32', args: ['url.dll,FileProtocolHandler'] };
  return env.DISPLAY || env.WAYLAND_DISPLAY ? { file: 'xdg-open', args: [] } : undefined;
}

function start(program: Program, url: string, env: SystemBrowserOptions['env']): Promise<Result<void>> {
  return new Promise((resolve) => {
    const child = spawn(program.file, [...program.args, url], {
      detached: true,
      stdio: 'ignore',
      shell: false,
      env: { ...env },
    });
    const settled = setTimeout(() => resolve(ok(undefined)), SETTLED_MS);
    const end = (result: Result<void>): void => {
      clearTimeout(settled);
      resolve(result);
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? 'was not found' : `could not be started (${error.code ?? 'unknown error'})`;
      end(notOpened(`the program ${program.file} ${why}`));
    });
    child.once('exit', (code, signal) => {
      if (code === 0) end(ok(undefined));
      else end(notOpened(`the program ${program.file} ended with ${signal ?? `code ${code}`}`));
    });
    child.unref();
  });
}
