// `npm run soak -- --minutes 5`: the built program in real time, with a table of what it did and what it held at its end.
import { parseArgs } from 'node:util';
import { type Growth, growthOf } from '../test/soak/footprint.ts';
import { NAMES, soak, TOKEN_TTL_S } from '../test/soak/soak-run.ts';

/** More than the garbage collector's breathing. */
const MIB_AT_MOST = 10;
/** Of what is left after a collection: compiled code and caches grow for some minutes, then nothing may. */
const HEAP_MIB_AT_MOST = 1.5;
const HANDLES_AT_MOST = 3;
/** Servers reckon a token's end in whole seconds, rounded down, and a call has to get there. */
const ENDS_EARLY_MS = 1000;
const ON_THE_WAY_MS = 2000;
/** From the alarm to the token, on a small and busy machine. */
const LATE_S = 1;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' } } });
const minutes = Number(values.minutes);
if (!(minutes >= 1)) {
  console.error('Usage: npm run soak -- [--minutes 5]   (at least 1)');
  process.exit(2);
}

const report = await soak(minutes, (sentence) => console.log(sentence));
const memory = growthOf(report.footprints.map(({ at, rssMiB }) => ({ at, value: rssMiB })));
const heap = growthOf(report.heaps.map(({ at, heapMiB }) => ({ at, value: heapMiB })));
const handles = growthOf(report.footprints.map(({ at, handles: value }) => ({ at, value })));
const lives = (report.ms / 1000) * NAMES.length;
const least = Math.floor(lives / (0.8 * TOKEN_TTL_S + LATE_S));
const most = Math.ceil(lives / (0.75 * TOKEN_TTL_S)) + NAMES.length;
const extra = report.refreshAttempts - report.refreshes;
const grown = ({ first, last, perHour, grownBy }: Growth, unit: string): string =>
  `first ${first.toFixed(1)}, last ${last.toFixed(1)}, grown by ${grownBy.toFixed(1)}, slope ${perHour.toFixed(1)} ${unit} an hour`;

/** The token was good by our clock when the call was sent, and not any more by the server's when it arrived. */
function endedOnTheWay(ageMs: number | null): boolean {
  if (ageMs === null) return false;
  return ageMs >= TOKEN_TTL_S * 1000 - ENDS_EARLY_MS && ageMs <= TOKEN_TTL_S * 1000 + ON_THE_WAY_MS;
}

function refusedTokens(agesMs: readonly (number | null)[]): string {
  const ages = agesMs.map((age) => (age === null ? 'unknown' : `${(age / 1000).toFixed(1)} s`));
  return ages.length === 0 ? '0' : `${ages.length}, by the age of their tokens: ${ages.join(', ')}`;
}

const rows: [string, string, boolean][] = [
  ['calls', `${report.calls}`, report.calls > 0],
  ['calls that failed', `${report.failedCalls.length} ${report.failedCalls[0] ?? ''}`, report.failedCalls.length === 0],
  // No caller sees one: the token is renewed and the call sent again. An old token is out only while renewals fail.
  ['answers of 401', refusedTokens(report.refusedAgesMs), report.refusedAgesMs.every(endedOnTheWay)],
  ['pages opened', `${report.pages}`, report.pages === 0],
  [
    'refreshes',
    `${report.refreshes} (due: ${least} to ${most})`,
    report.refreshes >= least && report.refreshes <= most,
  ],
  [
    'attempts beside them',
    `${extra} (told to fail: ${report.failuresOrdered})`,
    extra >= report.failuresOrdered - 1 && extra <= report.failuresOrdered,
  ],
  ['memory, MiB', grown(memory, 'MiB'), memory.grownBy <= MIB_AT_MOST],
  [
    'heap, collected, MiB',
    report.heaps.length < 3 ? 'too short a run' : grown(heap, 'MiB'),
    report.heaps.length < 3 || heap.grownBy <= HEAP_MIB_AT_MOST,
  ],
  ['handles', grown(handles, 'handles'), handles.grownBy <= HANDLES_AT_MOST],
];
console.log(`\n${minutes} min, ${NAMES.length} servers, tokens of ${TOKEN_TTL_S} s, a tenth of all refreshes fails`);
for (const [what, seen, ok] of rows) console.log(`${ok ? 'ok    ' : 'NOT OK'}  ${what.padEnd(22)}${seen}`);
process.exit(rows.every(([, , ok]) => ok) ? 0 : 1);
