import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Switches } from './switches.ts';

interface Stored {
  payload: AdapterPayload;
  expiresAt: number;
  consumedAt?: number;
}

/** What oidc-provider keeps, in memory, with the verbs that tests need: end what was issued, be lenient with reuse. */
export class TokenStorage {
  readonly #entries = new Map<string, Map<string, Stored>>();
  readonly #switches: Switches;

  constructor(switches: Switches) {
    this.#switches = switches;
  }

  /** Forgets everything of a model, for example every `AccessToken`. */
  forget(model: string): void {
    this.#entries.get(model)?.clear();
  }

  adapterFor(model: string): Adapter {
    const entries = this.#entries.get(model) ?? new Map<string, Stored>();
    this.#entries.set(model, entries);
    const find = async (id: string): Promise<AdapterPayload | undefined> => {
      const stored = entries.get(id);
      if (stored === undefined) return undefined;
      if (stored.expiresAt <= Date.now()) {
        entries.delete(id);
        return undefined;
      }
      return this.#seenThroughGrace(model, stored);
    };
    const findWhere = async (fits: (payload: AdapterPayload) => boolean): Promise<AdapterPayload | undefined> => {
      for (const [id, stored] of entries) if (fits(stored.payload)) return find(id);
      return undefined;
    };
    return {
      find,
      findByUid: (uid) => findWhere((payload) => payload.uid === uid),
      findByUserCode: (userCode) => findWhere((payload) => payload.userCode === userCode),
      upsert: async (id, payload, expiresIn) => {
        const expiresAt =
          expiresIn !== undefined && expiresIn > 0 ? Date.now() + expiresIn * 1000 : Number.POSITIVE_INFINITY;
        entries.set(id, { payload, expiresAt });
      },
      consume: async (id) => {
        const stored = entries.get(id);
        if (stored === undefined) return;
        stored.consumedAt ??= Date.now();
      },
      destroy: async (id) => {
        entries.delete(id);
      },
      revokeByGrantId: async (grantId) => {
        for (const [id, { payload }] of entries) if (payload.grantId === grantId) entries.delete(id);
      },
    };
  }

  /** RFC 9700 4.14.2 lets a server accept a rotated refresh token again for a short time, for a lost answer. */
  #seenThroughGrace(model: string, stored: Stored): AdapterPayload {
    if (stored.consumedAt === undefined) return stored.payload;
    const inGrace = model === 'RefreshToken' && Date.now() - stored.consumedAt < this.#switches.reuseGraceMs;
    return inGrace ? stored.payload : { ...stored.payload, consumed: Math.floor(stored.consumedAt / 1000) };
  }
}
