import type { Clock, Dispose, Vault } from '../ports.ts';

const LOOK_EVERY_MS = 30_000;

/**
 * While the vault is locked, or there is no keychain, it is looked at every 30 s and after a sleep, without a prompt: a
 * person who unlocks it elsewhere need not click here. The vault tells of the change by itself.
 */
export class VaultAlarm {
  readonly #vault: Vault;
  readonly #clock: Clock;
  #cancel: Dispose = () => {};
  #disposers: readonly Dispose[] = [];

  constructor(vault: Vault, clock: Clock) {
    this.#vault = vault;
    this.#clock = clock;
  }

  start(): void {
    this.#disposers = [this.#vault.onHealth(() => this.#plan()), this.#clock.onJump(() => this.#look())];
    this.#plan();
  }

  stop(): void {
    for (const dispose of this.#disposers) dispose();
    this.#disposers = [];
    this.#cancel();
  }

  #plan(): void {
    this.#cancel();
    if (this.#isHealthy()) return;
    this.#cancel = this.#clock.setAlarm(this.#clock.now() + LOOK_EVERY_MS, () => this.#look());
  }

  #look(): void {
    if (this.#isHealthy()) return;
    this.#cancel();
    void this.#vault.retryQuietly().then(() => {
      if (this.#disposers.length > 0) this.#plan();
    });
  }

  #isHealthy(): boolean {
    const health = this.#vault.health();
    return health.kind !== 'locked' && !(health.kind === 'memory' && health.why === 'no-keychain');
  }
}
