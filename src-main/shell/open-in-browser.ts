import { shell } from 'electron';
import { reasonOf } from '../engine/model/reason.ts';
import { fail, ok, type Result } from '../engine/model/result.ts';
import type { Browser } from '../engine/ports.ts';

/**
 * The person's browser, through Electron. Fails with `browser-not-opened`, and as `check` does.
 * @param check F5: what `openExternal` is given it starts, whatever the scheme, so every address passes here
 */
export function createDesktopBrowser(check: (url: string) => Result<URL>): Browser {
  return {
    async open(url) {
      const checked = check(url);
      if (!checked.ok) return checked;
      try {
        await shell.openExternal(checked.value.href);
        return ok(undefined);
      } catch (error) {
        return fail({ code: 'browser-not-opened', detail: reasonOf(error) });
      }
    },
  };
}
