import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Random } from '../engine/ports.ts';

const FRACTION_STEPS = 2 ** 47;

export function createSystemRandom(): Random {
  return {
    token: (bytes) => randomBytes(bytes).toString('base64url'),
    uuid: () => randomUUID(),
    fraction: () => randomInt(FRACTION_STEPS) / FRACTION_STEPS,
  };
}
