// `npm run conformance [-- --suite stable]`: the official suite's client scenarios through the built program, as a table.
// `npm run conformance -- --server`: its server scenarios against a server of ours, direct, through the lane and `/mcp`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openDesk } from '../test/conformance/desk.ts';
import { playScenario } from '../test/conformance/play-scenario.ts';
import { SERVER_SUITES } from '../test/conformance/server-suites.ts';
import { runSuite, SUITES } from '../test/conformance/suites.ts';
import { judged, rowsOf } from '../test/conformance/verdict.ts';
import { compareServers } from './conformance-servers.ts';
import { conformanceSuite } from './conformance-suite.ts';
import { node22 } from './node-22.ts';

const AT_ONCE = 2;

const { values } = parseArgs({ options: { suite: { type: 'string' }, server: { type: 'boolean' } } });
if (values.server || values.suite?.startsWith('server-')) process.exit(await compareServers(values.suite));
const wanted = SUITES.filter(({ id }) => values.suite === undefined || id === values.suite);
if (wanted.length === 0) {
  console.error(
    `Usage: npm run conformance [-- --suite ${[...SUITES, ...SERVER_SUITES].map(({ id }) => id).join('|')}]`,
  );
  process.exit(2);
}

let failed = 0;
const desk = await openDesk(AT_ONCE, playScenario);
for (const suite of wanted) {
  const reports = await mkdtemp(path.join(tmpdir(), 'gatehouse-conformance-reports-'));
  const startedAt = performance.now();
  const played = await runSuite(suite, {
    node: node22(),
    script: conformanceSuite(suite.release),
    port: desk.port,
    reports,
  });
  await rm(reports, { recursive: true, force: true });
  const verdicts = played.map(judged);
  const of = (kind: string): number => verdicts.filter(({ outcome }) => outcome === kind).length;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(`\n${suite.id} (release ${suite.release}), ${seconds} s`);
  for (const verdict of verdicts) for (const row of rowsOf(verdict)) console.log(row);
  console.log(`${of('pass')} pass, ${of('fail')} fail, ${of('not for a proxy')} not for a proxy`);
  failed += of('fail') + (verdicts.length === 0 ? 1 : 0);
}
await desk.close();
process.exit(failed === 0 ? 0 : 1);
