// `npm run rules [-- --rule 3]`: breaks each of the seven rules in a copy of the code and runs the tests that are to
// notice. A breakage that no test notices fails the script; so does a test that fails without one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { RULE_BREAKERS, type RuleBreaker } from './rule-breakers.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const COPIED = ['src-main', 'src-preload', 'src-renderer', 'test', 'scripts', 'assets', 'package.json'];
const CONFIGURATION = ['tsconfig.json', 'vitest.config.ts', 'electron-builder.yml', 'electron.vite.config.ts'];

const { values } = parseArgs({ options: { rule: { type: 'string' } } });
const wanted = RULE_BREAKERS.filter(({ rule }) => values.rule === undefined || rule === Number(values.rule));
if (wanted.length === 0) {
  console.error('Usage: npm run rules [-- --rule 1..7]');
  process.exit(2);
}

interface VitestReport {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}

/** The titles of the tests that failed. Throws where no test ran at all: that says nothing about a rule. */
async function failedTests(folder: string, tests: readonly string[]): Promise<string[]> {
  const report = path.join(folder, 'report.json');
  await rm(report, { force: true });
  const vitest = path.join(folder, 'node_modules/vitest/vitest.mjs');
  const output = ['--reporter', 'json', '--outputFile', report];
  const child = spawn(process.execPath, [vitest, 'run', '--project', 'unit', ...output, ...tests], {
    cwd: folder,
    stdio: 'ignore',
  });
  await once(child, 'close');
  const { testResults }: VitestReport = JSON.parse(await readFile(report, 'utf8'));
  const ran = testResults.flatMap(({ assertionResults }) => assertionResults);
  if (ran.length === 0) throw new Error(`No test ran: ${testResults.map(({ message }) => message).join(' ')}`);
  return ran.filter(({ status }) => status === 'failed').map(({ title }) => title);
}

async function breakIn(
  folder: string,
  { file, find, replace }: Pick<RuleBreaker, 'file' | 'find' | 'replace'>,
): Promise<() => Promise<void>> {
  const target = path.join(folder, file);
  const text = await readFile(target, 'utf8');
  if (text.split(find).length !== 2)
    throw new Error(`"${find}" no longer fits ${file}: mend scripts/rule-breakers.ts.`);
  await writeFile(
    target,
    text.replace(find, () => replace),
  );
  return () => writeFile(target, text);
}

const folder = await mkdtemp(path.join(tmpdir(), 'gatehouse-rules-'));
let unnoticed = 0;
try {
  for (const name of [...COPIED, ...CONFIGURATION]) {
    await cp(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  }
  await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));

  // What fails unbroken proves nothing about a rule; what then passes alone was only late on a busy machine.
  const all = [...new Set(wanted.flatMap(({ tests }) => tests))];
  const unsteady = new Set(await failedTests(folder, all));
  const red = unsteady.size === 0 ? [] : (await failedTests(folder, all)).filter((title) => unsteady.has(title));
  if (unsteady.size > red.length) console.log(`Failed once, unbroken: ${[...unsteady].join('; ')}`);
  console.log(red.length === 0 ? 'Unbroken: no test fails.' : `Unbroken, and yet failing: ${red.join('; ')}`);
  for (const breaker of wanted) {
    const mends = [await breakIn(folder, breaker)];
    if (breaker.also !== undefined) mends.push(await breakIn(folder, breaker.also));
    const noticed = (await failedTests(folder, breaker.tests)).filter((title) => !unsteady.has(title));
    for (const mend of mends) await mend();
    if (noticed.length === 0) unnoticed += 1;
    console.log(`\n${noticed.length === 0 ? 'UNNOTICED' : 'noticed  '}  rule ${breaker.rule}: ${breaker.name}`);
    for (const title of noticed) console.log(`             ${title}`);
  }
  if (red.length > 0) unnoticed += 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`\n${unnoticed === 0 ? 'ok: each breakage is noticed' : `${unnoticed} not ok`}`);
process.exit(unnoticed === 0 ? 0 : 1);
