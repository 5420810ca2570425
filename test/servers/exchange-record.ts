import type { EpochMs } from '../../src-main/engine/model/ids.ts';

export type ExchangeKind =
  | 'metadata'
  | 'registration'
  | 'authorization'
  | 'code-exchange'
  | 'refresh'
  | 'client-token'
  | 'revocation'
  | 'introspection'
  | 'device-authorization'
  | 'device-poll';

/** One request that reached the authorization server, and how it ended. Holds no secret. */
export interface Exchange {
  /** When the request arrived. */
  at: EpochMs;
  kind: ExchangeKind;
  clientId?: string;
  grantType?: string;
  resource?: string;
  scope?: string;
  /** Served: 2xx or 3xx, even when the answer was lost on the way. */
  ok: boolean;
  /** Absent when no answer was sent. */
  status?: number;
  /** The OAuth error code of the answer. */
  error?: string;
  /** When the answer was given to the system, in ms with fractions; absent when none was. */
  answeredAt?: number;
  answerLost?: true;
}

export interface Counts {
  metadataRequests: number;
  /** Authorization pages opened: requests to the authorization endpoint. */
  authorizations: number;
  registrations: number;
  codeExchanges: number;
  /** Refreshes that issued a token. */
  refreshes: number;
  refreshAttempts: number;
  /** Tokens that a client asked for in its own name. */
  clientTokens: number;
  revocations: number;
  /** Codes given out for sign-ins on another device. */
  deviceAuthorizations: number;
  /** Questions whether the person has confirmed one. */
  devicePolls: number;
}

const nothing = (): Counts => ({
  metadataRequests: 0,
  authorizations: 0,
  registrations: 0,
  codeExchanges: 0,
  refreshes: 0,
  refreshAttempts: 0,
  clientTokens: 0,
  revocations: 0,
  deviceAuthorizations: 0,
  devicePolls: 0,
});

/** What happened at the server: the only place where "one refresh" or "one page" is counted. */
export class ExchangeRecord {
  readonly counts: Counts = nothing();
  readonly log: Exchange[] = [];
  readonly #watchers = new Set<() => void>();

  arrived(kind: ExchangeKind): void {
    if (kind === 'metadata') this.counts.metadataRequests += 1;
    if (kind === 'authorization') this.counts.authorizations += 1;
    if (kind === 'refresh') this.counts.refreshAttempts += 1;
    if (kind === 'device-poll') this.counts.devicePolls += 1;
    this.#tell();
  }

  ended(exchange: Exchange): void {
    this.log.push(exchange);
    if (exchange.ok) {
      if (exchange.kind === 'registration') this.counts.registrations += 1;
      if (exchange.kind === 'code-exchange') this.counts.codeExchanges += 1;
      if (exchange.kind === 'refresh') this.counts.refreshes += 1;
      if (exchange.kind === 'client-token') this.counts.clientTokens += 1;
      if (exchange.kind === 'device-authorization') this.counts.deviceAuthorizations += 1;
      if (exchange.kind === 'revocation') this.counts.revocations += 1;
    }
    this.#tell();
  }

  /** Resolves as soon as the condition holds, at once if it holds already. */
  until(condition: (counts: Counts, log: readonly Exchange[]) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition(this.counts, this.log)) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** The next exchange that ends from now on and fits. */
  async next(fits: (exchange: Exchange) => boolean): Promise<Exchange> {
    let from = this.log.length;
    let found: Exchange | undefined;
    await this.until((_counts, log) => {
      if (log.length < from) from = 0;
      found = log.slice(from).find(fits);
      return found !== undefined;
    });
    if (found === undefined) throw new Error('until() resolved before its condition held');
    return found;
  }

  reset(): void {
    Object.assign(this.counts, nothing());
    this.log.length = 0;
  }

  #tell(): void {
    for (const look of [...this.#watchers]) look();
  }
}
