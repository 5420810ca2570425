import { describe, expect, it } from 'vitest';
import { lifeOf } from '../../src-renderer/servers/life.ts';
import { formatCountdown, formatSpan } from '../../src-renderer/ui/time.ts';
import { loginOf, rowOf } from './pictures.ts';

const now = 1_000_000_000_000;
const fresh = { kind: 'fresh', obtainedAt: now - 30_000, expiresAt: now + 30_000, refreshDueAt: now + 15_000 } as const;

describe('the picture of token life', () => {
  it('is what is left, with the planned renewal as a tick', () => {
    expect(lifeOf(rowOf('a', { kind: 'ready', token: fresh }), now)).toEqual({
      text: 'renews in 15 s',
      meter: { kind: 'runs', left: 0.5, due: 0.25 },
    });
    expect(lifeOf(rowOf('a', { kind: 'ready', token: fresh }), now + 20_000).text).toBe('renews any moment');
  });

  it('never leaves its frame, whatever the clocks say', () => {
    const row = rowOf('a', { kind: 'ready', token: fresh });
    expect(lifeOf(row, now - 3_600_000).meter?.left).toBe(1);
    expect(lifeOf(row, now + 3_600_000).meter?.left).toBe(0);
    const none = { ...fresh, obtainedAt: fresh.expiresAt };
    expect(lifeOf(rowOf('a', { kind: 'ready', token: none }), now).meter?.left).toBe(0);
  });

  it('keeps its scale while the token is renewed or its server is away', () => {
    const renewing = rowOf('a', {
      kind: 'ready',
      token: { ...fresh, kind: 'refreshing', startedAt: now, correlationId: 'c' },
    });
    expect(lifeOf(renewing, now)).toEqual({
      text: 'renewing now',
      meter: { kind: 'runs', left: 0.5, due: 0.25 },
    });
    const unknown = rowOf('a', { kind: 'ready', token: { kind: 'refreshing', startedAt: now, correlationId: 'c' } });
    expect(lifeOf(unknown, now)).toEqual({ text: 'renewing now' });
    const problem = { code: 'server-error', host: 'h', status: 503 } as const;
    const away = rowOf(
      'a',
      { kind: 'waiting', retryAt: now + 90_000, attempt: 2, problem },
      { login: loginOf(now, { token: fresh }) },
    );
    expect(lifeOf(away, now)).toEqual({
      text: 'tries again in 2 min',
      meter: { kind: 'held', left: 0.5, due: 0.25 },
    });
    expect(lifeOf({ ...away, login: loginOf(now) }, now).meter).toEqual({ kind: 'held', left: 1 });
    expect(lifeOf({ ...away, login: undefined }, now)).toEqual({ text: 'tries again in 2 min' });
  });

  it('says nothing of a login that never was', () => {
    const refused = rowOf('a', { kind: 'login-needed', reason: { code: 'flow-expired' } });
    expect(lifeOf(refused, now)).toEqual({});
  });
});

describe('a span of time', () => {
  it.each([
    [-5, '0 s'],
    [11_400, '12 s'],
    [59_999, '60 s'],
    [60_000, '1 min'],
    [17.4 * 60_000, '17 min'],
    [59.7 * 60_000, '60 min'],
    [3_600_000, '1 h'],
    [(4 * 60 + 7) * 60_000, '4 h 7 min'],
    [(4 * 60 + 59.8) * 60_000, '5 h'],
    [22.2 * 3_600_000, '22 h'],
    [72 * 3_600_000, '3 days'],
  ])('of %d ms reads "%s"', (ms, text) => expect(formatSpan(ms)).toBe(text));

  it.each([
    [312_000, '5 min 12 s'],
    [300_000, '5 min'],
    [8000, '8 s'],
    [3_600_000, '1 h'],
  ])('that a person waits out, of %d ms, reads "%s"', (ms, text) => expect(formatCountdown(ms)).toBe(text));
});
