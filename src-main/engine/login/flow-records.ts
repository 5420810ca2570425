import type { ServerName } from '../model/ids.ts';
import type { Clock, Logger, LoginIndex, Vault } from '../ports.ts';
import { VAULT_WRITE_LIMIT_MS } from '../tokens/refresh-policy.ts';
import { type FlowRecord, readFlowRecord, writeFlowRecord } from './flow-record.ts';

export interface FlowRecordsDeps {
  readonly vault: Vault;
  readonly index: LoginIndex;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The records of sign-ins under way, one for each server, in the vault; the index names them without a secret. */
export class FlowRecords {
  readonly #deps: FlowRecordsDeps;
  /** Of the last run, not taken up yet. */
  readonly #left: Set<ServerName>;
  /** Of these, those that the vault would not show. */
  readonly #locked = new Set<ServerName>();
  #work: Promise<void> = Promise.resolve();

  constructor(deps: FlowRecordsDeps) {
    this.#deps = deps;
    this.#left = new Set(deps.index.flows());
  }

  isLeft(server: ServerName): boolean {
    return this.#left.has(server);
  }

  get left(): readonly ServerName[] {
    return [...this.#left];
  }

  /** Somebody's sign-in is behind a locked vault: what is not known may be known later. */
  get isHeldByVault(): boolean {
    return this.#locked.size > 0;
  }

  /** What the last run left for this server. A locked vault is asked again next time; what is unreadable is erased. */
  async takeLeft(server: ServerName): Promise<FlowRecord | undefined> {
    const read = await this.#deps.vault.get(flowKey(server));
    // Begun anew meanwhile, and so overwritten.
    if (!this.#left.has(server)) return undefined;
    if (read.kind === 'locked' || read.kind === 'unavailable') {
      this.#locked.add(server);
      return undefined;
    }
    const found = read.kind === 'found' ? readFlowRecord(read.value) : undefined;
    if (found) this.#taken(server);
    else this.erase(server);
    return found;
  }

  /**
   * Resolves when the vault has it. One that refuses, or takes over 5 s, holds up no sign-in: that one then lives as long
   * as the program.
   */
  save(server: ServerName, flow: FlowRecord): Promise<void> {
    this.#taken(server);
    const { clock, logger } = this.#deps;
    return new Promise((resolve) => {
      const cancel = clock.setAlarm(clock.now() + VAULT_WRITE_LIMIT_MS, () => {
        logger.warn('flow.not-recorded', { server, detail: 'the vault took over 5 s' });
        resolve();
      });
      void this.#inTurn(() => this.#write(server, flow)).then(() => {
        cancel();
        resolve();
      });
    });
  }

  /** The sign-in is over: nothing of it is kept. */
  erase(server: ServerName): void {
    this.#taken(server);
    void this.#inTurn(() => this.#erase(server));
  }

  /** Resolves when everything that was begun is done. */
  settled(): Promise<void> {
    return this.#work;
  }

  #taken(server: ServerName): void {
    this.#left.delete(server);
    this.#locked.delete(server);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work);
    return this.#work;
  }

  async #write(server: ServerName, flow: FlowRecord): Promise<void> {
    const { vault, index, logger } = this.#deps;
    // Named first: what is in the vault can then always be found and erased.
    await index.setFlows([...new Set([...index.flows(), server])]);
    await this.#noLongerToErase(server);
    const written = await vault.set(flowKey(server), writeFlowRecord(flow));
    if (written.kind !== 'done') logger.warn('flow.not-recorded', { server, outcome: written.kind });
  }

  /** What a locked vault keeps is noted for when it is unlocked, beside the logins that have to go. */
  async #erase(server: ServerName): Promise<void> {
    const { vault, index, logger } = this.#deps;
    if (!index.flows().includes(server)) return;
    await index.setErasures([...new Set([...index.erasures(), flowKey(server)])]);
    await index.setFlows(index.flows().filter((name) => name !== server));
    const erased = await vault.delete(flowKey(server));
    if (erased.kind === 'done') await this.#noLongerToErase(server);
    else logger.warn('vault.erase-failed', { server, detail: flowKey(server), outcome: erased.kind });
  }

  async #noLongerToErase(server: ServerName): Promise<void> {
    const { index } = this.#deps;
    const after = index.erasures().filter((key) => key !== flowKey(server));
    if (after.length < index.erasures().length) await index.setErasures(after);
  }
}

function flowKey(server: ServerName): string {
  return `${server}/sign-in`;
}
