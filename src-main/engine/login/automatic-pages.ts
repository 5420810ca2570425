import type { EpochMs, ServerName } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import type { ServerConfig } from '../model/server-config.ts';
import type { Clock, Logger, Presence, Stored } from '../ports.ts';
import { AUTOMATIC_PAGE_EVERY_MS, type BrowserVerdict, mayOpenBrowser } from './browser-policy.ts';

/** Server -> when an automatic flow last opened a page. */
export type AutomaticPagesFile = Readonly<Record<ServerName, EpochMs>>;

export interface AutomaticPagesDeps {
  readonly automaticPagesFile: Stored<AutomaticPagesFile>;
  readonly presence: Presence;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The pages that flows may open without a click, counted for each server across restarts. */
export class AutomaticPages {
  readonly #deps: AutomaticPagesDeps;
  readonly #lastAt: Map<ServerName, EpochMs>;
  /** What was told of a server already: fifty calls in a second are told once. */
  readonly #told = new Map<ServerName, string>();
  #saving: Promise<unknown> = Promise.resolve();

  constructor(deps: AutomaticPagesDeps) {
    this.#deps = deps;
    this.#lastAt = new Map(Object.entries(deps.automaticPagesFile.value));
  }

  /** Takes the page of this server, or says why there is none. What is held back is not made up for later. */
  take({ name, openBrowser }: ServerConfig): Problem | undefined {
    const { clock, presence } = this.#deps;
    const now = clock.now();
    const verdict = mayOpenBrowser({
      trigger: 'automatic',
      setting: openBrowser,
      lastAutomaticPageAt: this.#lastAt.get(name),
      idleMs: presence.idleMs(),
      now,
    });
    if (!verdict.open) {
      this.#tell(name, verdict);
      const { open: _not, ...why } = verdict;
      return { code: 'browser-held-back', ...why };
    }
    this.#told.delete(name);
    this.#lastAt.set(name, now);
    for (const [server, at] of this.#lastAt) {
      if (at + AUTOMATIC_PAGE_EVERY_MS <= now) this.#lastAt.delete(server);
    }
    this.#saving = this.#deps.automaticPagesFile.save(Object.fromEntries(this.#lastAt));
    return undefined;
  }

  /** Resolves when the pages that were taken are on disk, or cannot be: a program that is killed then remembers them. */
  async remembered(): Promise<void> {
    await this.#saving;
  }

  #tell(server: ServerName, verdict: Exclude<BrowserVerdict, { open: true }>): void {
    const at = verdict.why === 'recently-opened' ? { at: verdict.nextAt } : {};
    const line = JSON.stringify(verdict);
    if (this.#told.get(server) === line) return;
    this.#told.set(server, line);
    this.#deps.logger.info('browser.held-back', { server, reason: verdict.why, ...at });
  }
}
