import { describe, expect, it } from 'vitest';
import type { Exchange } from '../servers/exchange-record.ts';
import { type JournalLine, passagesIn, phaseAtEnd } from './journal.ts';
import { lossAt } from './losses.ts';

const line = (pid: number, what: JournalLine['what'], at: number): JournalLine => ({ pid, what, at });
const renewed = (pid: number, at: number): JournalLine[] => [
  line(pid, 'asked', at),
  line(pid, 'answered', at + 5),
  line(pid, 'handed', at + 6),
  line(pid, 'stored', at + 12),
];
const refresh = (at: number, more: Partial<Exchange> = {}): Exchange => ({
  kind: 'refresh',
  at,
  ok: true,
  status: 200,
  ...more,
});
const refused = refresh(2000, { ok: false, status: 400, error: 'invalid_grant' });
const kill = (pid: number, at: number) => ({ number: pid, pid, at, how: 'aimed' as const });

describe('which kill cost a login', () => {
  it.each(['asked', 'answered'] as const)('one before the login was handed over is excused (%s)', (phase) => {
    const journal = [...renewed(1, 1000), line(2, 'asked', 1500), line(2, phase, 1505), line(3, 'asked', 1990)];
    const exchanges = [refresh(1003), refresh(1502), refused];
    const loss = lossAt(2000, exchanges, [kill(1, 1200), kill(2, 1506)], journal);
    expect(loss).toMatchObject({ kill: { number: 2 }, phase, isExplained: true, afterMs: 4, backAfterMs: 498 });
  });

  it('one after the login was handed to the worker is not', () => {
    const journal = [...renewed(1, 1000).slice(0, 3), line(2, 'asked', 1990)];
    const loss = lossAt(2000, [refresh(1003), refused], [kill(1, 1007)], journal);
    expect(phaseAtEnd(journal, 1)).toBe('handed');
    expect(loss).toMatchObject({ kill: undefined, isExplained: false });
  });

  it('a login lost without any kill is not', () => {
    const journal = [...renewed(1, 1000), line(1, 'asked', 1500), line(1, 'answered', 1505), line(1, 'asked', 1990)];
    expect(lossAt(2000, [refresh(1003), refresh(1502), refused], [], journal).isExplained).toBe(false);
  });

  it('the grace counts from the first of the rotations that were lost in a row', () => {
    const journal = [...renewed(1, 1000), line(2, 'asked', 1300), line(3, 'asked', 1600), line(4, 'asked', 1990)];
    const exchanges = [refresh(1003), refresh(1302), refresh(1602), refused];
    expect(lossAt(2000, exchanges, [kill(2, 1303), kill(3, 1603)], journal).backAfterMs).toBe(698);
  });
});

it('a passage is what one process asked for once', () => {
  expect(passagesIn([...renewed(1, 100), line(1, 'asked', 200), line(1, 'failed', 204)])).toEqual([
    { pid: 1, askedAt: 100, answeredAt: 105, handedAt: 106, storedAt: 112 },
    { pid: 1, askedAt: 200 },
  ]);
});
