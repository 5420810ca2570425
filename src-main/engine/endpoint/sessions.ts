/** More than any person's tools keep open; the oldest are forgotten, not refused. */
const REMEMBERED = 10_000;

/** Which caller opened which upstream session: it may be used by nobody else. */
export class Sessions {
  readonly #owners = new Map<string, string>();

  opened(server: string, session: string, caller: string): void {
    this.#owners.set(keyOf(server, session), caller);
    for (const oldest of this.#owners.keys()) {
      if (this.#owners.size <= REMEMBERED) break;
      this.#owners.delete(oldest);
    }
  }

  /** A session from before a restart is the first one's who uses it. */
  mayUse(server: string, session: string, caller: string): boolean {
    const key = keyOf(server, session);
    const owner = this.#owners.get(key);
    if (owner === undefined) this.#owners.set(key, caller);
    return owner === undefined || owner === caller;
  }

  ended(server: string, session: string): void {
    this.#owners.delete(keyOf(server, session));
  }
}

function keyOf(server: string, session: string): string {
  return `${server}\n${session}`;
}
