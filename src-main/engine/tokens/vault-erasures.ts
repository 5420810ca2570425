import type { ServerName } from '../model/ids.ts';
import type { Logger, LoginIndex, Vault } from '../ports.ts';

/** What is to go from the vault: noted first, also for the next start, so that a locked one gives it up when unlocked. */
export class VaultErasures {
  readonly #vault: Vault;
  readonly #index: LoginIndex;
  readonly #logger: Logger;
  #late: Promise<void> = Promise.resolve();

  constructor(vault: Vault, index: LoginIndex, logger: Logger) {
    this.#vault = vault;
    this.#index = index;
    this.#logger = logger;
  }

  /** @param onNoted what may be forgotten once it is noted what has to go */
  async erase(server: ServerName, keys: readonly string[], onNoted?: () => Promise<void>): Promise<void> {
    await this.#index.setErasures([...new Set([...this.#index.erasures(), ...keys])]);
    await onNoted?.();
    const gone: string[] = [];
    for (const key of keys) {
      if (this.#isKept(key)) continue;
      const erased = await this.#vault.delete(key);
      if (erased.kind === 'done') gone.push(key);
      else this.#logger.error('vault.erase-failed', { server, detail: key, outcome: erased.kind });
    }
    await this.keep(...gone);
  }

  /** Nothing is to be erased there any more: it is gone, or something new comes. */
  async keep(...keys: readonly string[]): Promise<void> {
    const before = this.#index.erasures();
    const after = before.filter((key) => !keys.includes(key));
    if (after.length < before.length) await this.#index.setErasures(after);
  }

  /** The vault can be read: what it did not let go goes now. */
  goOn(): void {
    this.#late = this.#late.then(() => this.#eraseLate());
  }

  /** Resolves when what was begun by `goOn` is over. */
  settled(): Promise<void> {
    return this.#late;
  }

  async #eraseLate(): Promise<void> {
    for (const key of this.#index.erasures()) {
      if (this.#isKept(key)) continue;
      const erased = await this.#vault.delete(key);
      if (erased.kind !== 'done') return;
      this.#logger.info('vault.erased-late', { detail: key });
      await this.keep(key);
    }
  }

  /** Something new came there while another key was waited for: it is not erased (rule 2). */
  #isKept(key: string): boolean {
    return !this.#index.erasures().includes(key);
  }
}
