import { describe, expect, it } from 'vitest';
import { killAgainAndAgain } from '../crash/kill-run.ts';
import { faultsOf, killTableOf } from '../crash/kill-table.ts';

// `npm run crash` does the same some hundred times.
describe('killed at any moment, on the built program, with a real keyring', () => {
  it.each([
    { graceS: 10, kills: 8, what: 'no login where the server forgives a lost answer for 10 s' },
    { graceS: 0, kills: 7, what: 'a login only between the answer and the vault where the server forgives nothing' },
  ])('13 loses $what, in $kills kills', async ({ graceS, kills }) => {
    const report = await killAgainAndAgain({ kills, graceS, seed: 13, say: () => {} });
    expect(faultsOf(report, graceS), killTableOf(report, graceS)).toEqual([]);
    expect(report.kills).toHaveLength(kills);
  });
});
