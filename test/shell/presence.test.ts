import { expect, test } from 'vitest';
import { createDesktopPresence } from '../../src-main/shell/presence.ts';

test.each([
  ['active', 3, 3000],
  ['idle', 400, 400_000],
  ['locked', 0, Number.POSITIVE_INFINITY],
  ['unknown', 0, undefined],
] as const)('O3 the desktop says %s, and %d s: so many ms', (state, seconds, idleMs) => {
  const presence = createDesktopPresence({ getSystemIdleState: () => state, getSystemIdleTime: () => seconds });
  expect(presence.idleMs()).toBe(idleMs);
});
