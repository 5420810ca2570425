import type { EpochMs } from '../model/ids.ts';
import type { Secret } from '../model/secret.ts';
import { type ServerConfig, usesStaticCredential } from '../model/server-config.ts';
import type { TokenSet } from '../model/token-set.ts';
import type { Clock } from '../ports.ts';

/** A server that refuses tokens at a whim causes at most one refresh in this time. */
const REFRESH_AFTER_REJECTION_EVERY_MS = 30_000;

/** What is put into a request to the server. */
export interface Credential {
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The token in it, to report when the server rejects it. */
  readonly accessToken?: Secret;
}

/** The credential that requests carry now, ready made: a thousand calls build it once. */
export class Credentials {
  readonly #clock: Clock;
  #credential: Credential | undefined;
  #endsAt: EpochMs = 0;
  /** An access token that the server refused and that nothing could replace. */
  #refused: Secret | undefined;
  /** What a refresh brought after a rejection: when that one is refused too, no refresh helps. */
  #lastResort: Secret | undefined;
  #lastResortSince: EpochMs = 0;
  #lastResortWorked = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Valid now; undefined means that somebody has to do something first. */
  now(): Credential | undefined {
    return this.#credential && this.#clock.now() < this.#endsAt ? this.#credential : undefined;
  }

  withhold(): void {
    this.#credential = undefined;
  }

  make(config: ServerConfig, tokens: TokenSet | undefined): void {
    if (!tokens || usesStaticCredential(config)) {
      this.#credential = { headers: lowerCase(config.headers) };
      this.#endsAt = Number.POSITIVE_INFINITY;
    } else if (this.isRefused(tokens)) {
      this.#credential = undefined;
    } else {
      // T1: in the header of requests to this server, nowhere else.
      const authorization = `Bearer ${tokens.accessToken.reveal()}`;
      this.#credential = { headers: { ...lowerCase(config.headers), authorization }, accessToken: tokens.accessToken };
      this.#endsAt = tokens.expiresAt ?? Number.POSITIVE_INFINITY;
    }
  }

  isRefused(tokens: TokenSet): boolean {
    return tokens.accessToken.equals(this.#refused);
  }

  refuse(token: Secret): void {
    this.#refused = token;
  }

  isLastResort(tokens: TokenSet): boolean {
    if (!tokens.accessToken.equals(this.#lastResort)) return false;
    // It worked, and is refused now: ended early, like any other. Not at once, or a server that refuses every other
    // request would get a refresh for each.
    return !(this.#lastResortWorked && this.#clock.now() - this.#lastResortSince >= REFRESH_AFTER_REJECTION_EVERY_MS);
  }

  setLastResort(token: Secret | undefined): void {
    if (token?.equals(this.#lastResort)) return;
    this.#lastResort = token;
    this.#lastResortSince = this.#clock.now();
    this.#lastResortWorked = false;
  }

  /** The server took a request. */
  accepted(): void {
    this.#lastResortWorked = true;
  }

  forgive(): void {
    this.#refused = undefined;
    this.#lastResort = undefined;
  }
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
