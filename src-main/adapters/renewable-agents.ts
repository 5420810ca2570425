import type { SecureContext } from 'node:tls';
import type Agent from 'undici/lib/dispatcher/agent.js';
import { trusting } from './trusted-certificates.ts';

/** Agents that are made anew when other certificates are trusted; what the ones before have under way goes on to its end. */
export class RenewableAgents<Name extends string> {
  readonly #make: (secureContext: SecureContext | undefined) => Readonly<Record<Name, Agent>>;
  readonly #leaving = new Set<Agent>();
  #pem: string | undefined;
  #agents: Readonly<Record<Name, Agent>>;

  constructor(
    pem: string | undefined,
    make: (secureContext: SecureContext | undefined) => Readonly<Record<Name, Agent>>,
  ) {
    this.#pem = pem;
    this.#make = make;
    this.#agents = make(trusting(pem));
  }

  get(name: Name): Agent {
    return this.#agents[name];
  }

  /** @param pem certificates to trust beside Node's own; undefined: none */
  trust(pem: string | undefined): void {
    if (pem === this.#pem) return;
    this.#pem = pem;
    const before = this.#all();
    this.#agents = this.#make(trusting(pem));
    for (const agent of before) {
      this.#leaving.add(agent);
      const gone = (): void => {
        this.#leaving.delete(agent);
      };
      agent.close().then(gone, gone);
    }
  }

  /** Ends every connection; exchanges under way fail. */
  async destroy(): Promise<void> {
    await Promise.all([...this.#all(), ...this.#leaving].map((agent) => agent.destroy()));
  }

  #all(): readonly Agent[] {
    return Object.values<Agent>(this.#agents);
  }
}
