import { compare } from '../test/conformance/comparison.ts';
import { runServerSuite, SERVER_SUITES } from '../test/conformance/server-suites.ts';
import { openThreeWays, WAYS } from '../test/conformance/three-ways.ts';
import { conformanceSuite } from './conformance-suite.ts';
import { node22 } from './node-22.ts';

/**
 * The suite's server scenarios against the fixture server, direct, through the lane and through `/mcp`, as a table. What
 * is not the same in all three is a failure, unless a reason stands beside it. Gives the exit code.
 *
 * @param only one suite; undefined for all
 */
export async function compareServers(only: string | undefined): Promise<number> {
  const wanted = SERVER_SUITES.filter(({ id }) => only === undefined || id === only);
  if (wanted.length === 0) {
    console.error(`There is no such suite. Server suites: ${SERVER_SUITES.map(({ id }) => id).join(', ')}`);
    return 2;
  }
  let unexplained = 0;
  const { urls, close } = await openThreeWays();
  for (const suite of wanted) {
    const startedAt = performance.now();
    const run = (url: string) =>
      runServerSuite(suite, { node: node22(), script: conformanceSuite(suite.release), url });
    const compared = compare({
      direct: await run(urls.direct),
      lane: await run(urls.lane),
      '/mcp': await run(urls['/mcp']),
    });
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    console.log(`\n${suite.id} (release ${suite.release}), ${seconds} s\n${'direct  lane    /mcp    '}scenario`);
    for (const { scenario, passes, differences } of compared) {
      console.log(`${WAYS.map((way) => (passes[way] ? 'pass' : 'fail').padEnd(8)).join('')}${scenario}`);
      for (const { check, statuses, message, reason } of differences) {
        const said = WAYS.map((way) => `${way} ${statuses[way]}`).join(', ');
        console.log(`    ${check}: ${said}${reason === undefined ? '' : ` (${reason})`}: ${message}`);
        if (reason === undefined) unexplained += 1;
      }
    }
    const passed = WAYS.map((way) => `${way} ${compared.filter(({ passes }) => passes[way]).length}`);
    console.log(`${compared.length} scenarios; pass: ${passed.join(', ')}`);
    if (compared.length === 0) unexplained += 1;
  }
  await close();
  return unexplained === 0 ? 0 : 1;
}
