import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

export interface GuardCounts {
  /** Requests to the MCP endpoint. */
  requests: number;
  /** Those of them that were let through. */
  admitted: number;
  /** 401 answers sent by the guard. */
  unauthorized: number;
  /** 403 answers sent for want of a scope. */
  forbidden: number;
  /** Requests for the protected resource metadata. */
  metadataRequests: number;
  /** GET streams that are open now. */
  openStreams: number;
}

const nothing = (): Omit<GuardCounts, 'openStreams'> => ({
  requests: 0,
  admitted: 0,
  unauthorized: 0,
  forbidden: 0,
  metadataRequests: 0,
});

/** What the MCP server saw. Of credentials only hashes. */
export class GuardRecord {
  readonly counts: GuardCounts = { ...nothing(), openStreams: 0 };
  /** The first 16 characters of the SHA-256 of each different Authorization header, in order of arrival. */
  readonly seenAuthorization: string[] = [];
  /** Of the tokens that got a 401, in ms; null for one that is unknown, or where there was none. */
  readonly refusedAgesMs: (number | null)[] = [];
  /** Of the last request to the MCP endpoint; Authorization reads `[redacted]`. */
  seenHeaders: IncomingHttpHeaders = {};
  readonly #watchers = new Set<() => void>();

  saw(request: IncomingMessage): void {
    const { authorization } = request.headers;
    this.seenHeaders = { ...request.headers, ...(authorization === undefined ? {} : { authorization: '[redacted]' }) };
    if (authorization !== undefined) {
      const hash = createHash('sha256').update(authorization).digest('hex').slice(0, 16);
      if (!this.seenAuthorization.includes(hash)) this.seenAuthorization.push(hash);
    }
    this.count('requests', 1);
  }

  count(what: keyof GuardCounts, by: 1 | -1): void {
    this.counts[what] += by;
    for (const look of [...this.#watchers]) look();
  }

  until(condition: (counts: GuardCounts) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition(this.counts)) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  reset(): void {
    Object.assign(this.counts, nothing());
    this.seenAuthorization.length = 0;
    this.refusedAgesMs.length = 0;
    this.seenHeaders = {};
  }
}
