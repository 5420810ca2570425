import { expect, it } from 'vitest';
import { createSystemRandom } from '../../src-main/adapters/system-random.ts';

it('gives tokens of so many bytes in base64url, uuids, and fractions below 1, none of them twice', () => {
  const random = createSystemRandom();
  const tokens = Array.from({ length: 100 }, () => random.token(32));
  for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(new Set(tokens).size).toBe(100);
  expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const fractions = Array.from({ length: 100 }, () => random.fraction());
  for (const fraction of fractions) expect(fraction >= 0 && fraction < 1).toBe(true);
  expect(new Set(fractions).size).toBeGreaterThan(90);
});
