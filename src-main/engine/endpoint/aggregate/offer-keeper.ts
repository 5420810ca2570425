import { createHash } from 'node:crypto';
import type { ServerName } from '../../model/ids.ts';
import type { KeptItem, KeptOffer, KeptOffers } from '../../model/kept-offers.ts';
import type { KeptRecord } from '../../ports.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import { NO_LISTS, type ServerLists } from './catalogue.ts';

/** Characters of JSON: what is longer is not kept, and asked for after a start. */
const LONGEST_OFFER = 256 * 1024;
const LONGEST_RECORD = 2 * 1024 * 1024;

/** Keeps what servers offered last across restarts, so that a server that is away is no server without tools. */
export class OfferKeeper {
  readonly #record: KeptRecord<KeptOffers>;
  readonly #offers: Map<ServerName, KeptOffer>;

  /** @param isConfigured a server that was removed while the program did not run is forgotten */
  constructor(record: KeptRecord<KeptOffers>, isConfigured: (name: ServerName) => boolean) {
    this.#record = record;
    this.#offers = new Map(Object.entries(record.left));
    record.start(() => bounded([...this.#offers].filter(([name]) => isConfigured(name))));
  }

  /** What was kept of this server, as long as it is where it was. */
  lists(server: Upstream, profile: string): ServerLists | undefined {
    const offer = this.#offers.get(server.name);
    const kept = offer?.identity === identityOf(server) ? offer.profiles[profile] : undefined;
    return kept && ({ ...NO_LISTS, ...kept } as unknown as ServerLists);
  }

  keep(server: Upstream, profile: string, { tools, prompts }: ServerLists): void {
    const identity = identityOf(server);
    const before = this.#offers.get(server.name);
    const others = before?.identity === identity ? before.profiles : {};
    const kept = { tools: tools as unknown as KeptItem[], prompts: prompts as unknown as KeptItem[] };
    this.#offers.set(server.name, { identity, profiles: { ...others, [profile]: kept } });
    this.#record.changed();
  }

  /** Resolves when it is gone from the disk too. */
  async forget(name: ServerName): Promise<void> {
    if (this.#offers.delete(name)) await this.#record.erased();
  }

  stop(): Promise<void> {
    return this.#record.stop();
  }
}

function bounded(offers: readonly (readonly [ServerName, KeptOffer])[]): KeptOffers {
  let length = 0;
  const kept = offers.filter(([, offer]) => {
    const own = JSON.stringify(offer).length;
    if (own > LONGEST_OFFER || length + own > LONGEST_RECORD) return false;
    length += own;
    return true;
  });
  return Object.fromEntries(kept);
}

/** A hash, for an address may hold what is nobody's business. */
function identityOf(server: Upstream): string {
  const place = server.transport === 'stdio' ? `${server.config.shown}\n${server.config.cwd ?? ''}` : server.url.href;
  return createHash('sha256').update(place).digest('hex').slice(0, 16);
}
