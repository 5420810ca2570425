import { createHash, timingSafeEqual } from 'node:crypto';
import type { EpochMs } from '../engine/model/ids.ts';
import type { Clock, Random } from '../engine/ports.ts';

const CODE_LIFE_MS = 10 * 60_000;
const SECRET_BYTES = 32;
/** The oldest goes when a person asks for more. */
const CODES_LIMIT = 32;
const SESSIONS_LIMIT = 64;

/**
 * Who may use the window's API: a one-time code is exchanged for a token. Only hashes are kept, in memory; looking one
 * up takes the same time whatever was sent.
 */
export interface WindowSessions {
  /** 256 bits, single use, good for ten minutes. */
  issueCode(): string;
  /** A session's token, or undefined when the code is unknown, used or too old. */
  exchange(code: string): string | undefined;
  isToken(token: string): boolean;
}

interface Code {
  readonly hash: Buffer;
  readonly goodUntil: EpochMs;
}

export function createWindowSessions(random: Pick<Random, 'token'>, clock: Pick<Clock, 'now'>): WindowSessions {
  let codes: readonly Code[] = [];
  let tokens: readonly Buffer[] = [];

  return {
    issueCode() {
      const code = random.token(SECRET_BYTES);
      codes = [...codes, { hash: hashOf(code), goodUntil: clock.now() + CODE_LIFE_MS }].slice(-CODES_LIMIT);
      return code;
    },
    exchange(code) {
      const now = clock.now();
      const live = codes.filter(({ goodUntil }) => now < goodUntil);
      const hash = hashOf(code);
      const found = live.filter((candidate) => timingSafeEqual(candidate.hash, hash));
      codes = live.filter((candidate) => !found.includes(candidate));
      if (found.length === 0) return undefined;
      const token = random.token(SECRET_BYTES);
      tokens = [...tokens, hashOf(token)].slice(-SESSIONS_LIMIT);
      return token;
    },
    isToken(token) {
      const hash = hashOf(token);
      return tokens.filter((candidate) => timingSafeEqual(candidate, hash)).length > 0;
    },
  };
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
