// `npm run e2e [-- --token-ttl 30s]`: the main job on the built program, with a table of what was seen at its end.
import { parseArgs } from 'node:util';
import { runOAuthEndToEnd } from '../test/e2e/oauth-run.ts';
import { isAllOk, proofOf, type Row, tableOf } from '../test/e2e/table.ts';

const { values } = parseArgs({ options: { 'token-ttl': { type: 'string', default: '30s' } } });
const [, seconds] = /^(\d+)s?$/.exec(values['token-ttl']) ?? [];
const tokenTtlS = Number(seconds);
if (!(tokenTtlS >= 5)) {
  console.error(`--token-ttl takes at least 5 seconds, such as 30s, not "${values['token-ttl']}".`);
  process.exit(2);
}

const rows: Row[] = [];
const startedAt = performance.now();
const elapsed = (): string => `${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s`;
let trouble: unknown;
try {
  await runOAuthEndToEnd({
    tokenTtlS,
    say: (sentence) => console.log(`${elapsed()}  ${sentence}`),
    onRow: (row) => rows.push(row),
  });
} catch (error) {
  trouble = error;
}

console.log(`\nThe lines of the log that prove it:\n${proofOf(rows)}`);
console.log(`\nTokens of ${tokenTtlS} s, ${elapsed().trim()}:\n${tableOf(rows)}`);
if (trouble !== undefined) console.error('\nIt could not go on:', trouble);
const passed = rows.filter(({ ok }) => ok).length;
console.log(`\n${passed} ok, ${rows.length - passed} not ok`);
process.exit(trouble === undefined && isAllOk(rows) ? 0 : 1);
