// `npm run crash -- --kills 300 [--grace 10s|0s] [--seed 1]`: kills the built program with SIGKILL while it refreshes,
// and counts the logins that this costs. Without --grace: half of the kills with 10 s of grace, half with none.
import { parseArgs } from 'node:util';
import { killAgainAndAgain } from '../test/crash/kill-run.ts';
import { faultsOf, killTableOf } from '../test/crash/kill-table.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    grace: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const kills = Number(values.kills);
const seed = Number(values.seed);
const graceS = values.grace === undefined ? undefined : Number(/^(\d+)s$/.exec(values.grace)?.[1]);
if (!(Number.isSafeInteger(kills) && kills > 0) || !Number.isSafeInteger(seed) || Number.isNaN(graceS)) {
  console.error('Usage: npm run crash -- [--kills 300] [--grace 10s] [--seed 1]');
  process.exit(2);
}

const runs =
  graceS === undefined
    ? [
        { graceS: 10, kills: Math.ceil(kills / 2) },
        { graceS: 0, kills: Math.floor(kills / 2) },
      ]
    : [{ graceS, kills }];

let faults = 0;
for (const run of runs.filter((candidate) => candidate.kills > 0)) {
  const startedAt = performance.now();
  const report = await killAgainAndAgain({ ...run, seed, say: (sentence) => console.log(sentence) });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(`\nSeed ${seed}, ${seconds} s\n${killTableOf(report, run.graceS)}`);
  for (const fault of faultsOf(report, run.graceS)) {
    faults += 1;
    console.log(`NOT OK  ${fault}`);
  }
}
console.log(faults === 0 ? '\nok: nothing was lost that should not' : `\n${faults} not ok`);
process.exit(faults === 0 ? 0 : 1);
