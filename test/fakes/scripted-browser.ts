import { ok, type Result } from '../../src-main/engine/model/result.ts';
import type { Browser } from '../../src-main/engine/ports.ts';

export interface ScriptedBrowser extends Browser {
  /** Every page that was opened, in order. */
  readonly pages: readonly string[];
  /** What a person does with each page from now on; by default it stays open. */
  onPage(does: (url: string) => Promise<unknown>): void;
  /** No browser can be opened from now on. */
  breakDown(detail: string): void;
  /** Everything that was begun with `onPage` is over. */
  settled(): Promise<void>;
}

export function createScriptedBrowser(): ScriptedBrowser {
  const pages: string[] = [];
  const begun: Promise<unknown>[] = [];
  let does: (url: string) => Promise<unknown> = async () => {};
  let broken: string | undefined;
  return {
    pages,
    async open(url): Promise<Result<void>> {
      if (broken !== undefined) return { ok: false, problem: { code: 'browser-not-opened', detail: broken } };
      pages.push(url);
      begun.push(does(url));
      return ok(undefined);
    },
    onPage(next) {
      does = next;
    },
    breakDown(detail) {
      broken = detail;
    },
    async settled() {
      await Promise.all(begun);
    },
  };
}
