import { setTimeout as pause } from 'node:timers/promises';
import type { RecordedBrowser } from '../e2e/recorded-browser.ts';
import { signIn } from '../servers/sign-in.ts';

const LOOKS_EVERY_MS = 200;

/** Signs in, while there, on the newest page of each program that opened some. The same person for every subject. */
export class ScriptedPerson {
  isThere = false;
  readonly #browser: RecordedBrowser;
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #seen = 0;

  constructor(browser: RecordedBrowser) {
    this.#browser = browser;
    this.#done = this.#live();
  }

  async leave(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #live(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const before = this.#browser.pages().length;
      await pause(LOOKS_EVERY_MS, undefined, { signal: this.#stop.signal }).catch(() => {});
      const pages = this.#browser.pages();
      // Pages that come in a burst: the newest is the one on top.
      if (!this.isThere || pages.length <= this.#seen || pages.length > before) continue;
      const fresh = pages.slice(this.#seen).map((page) => new URL(page));
      this.#seen = pages.length;
      const newest = new Map(fresh.map((page) => [page.searchParams.get('redirect_uri'), page.href]));
      // A page whose program has gone leads nowhere; the next one may lead somewhere.
      for (const page of newest.values()) await signIn(page).catch(() => {});
    }
  }
}
