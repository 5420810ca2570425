import { describe, expect, it } from 'vitest';
import { killAgainAndAgain } from '../crash/kill-run.ts';
import { faultsOf, killTableOf } from '../crash/kill-table.ts';

// `npm run crash` does the same some hundred times.
describe('killed at any moment, on the built program, with a real keyring', () => {
  it.each([
    ['no login where the server forgives a lost answer for 10 s', 10, 8],
    ['a login only between the answer and the vault where the server forgives nothing', 0, 7],
  ])('13 loses %s', async (_what, graceS, kills) => {
    const report = await killAgainAndAgain({ kills, graceS, seed: 13, say: () => {} });
    expect(faultsOf(report, graceS), killTableOf(report, graceS)).toEqual([]);
    expect(report.kills).toHaveLength(kills);
  });
});
