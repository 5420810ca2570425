// `npm test`: everything, each part under its own header, to the end also after a failure. The last line is the sum.
// Names as arguments (`npm test -- lint unit`) run only those parts.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { provideSystemPackages } from './system-packages.ts';
import type { ReportedTest } from './vitest-report.ts';

/** A part is one npm script. One that runs vitest counts its tests; any other counts as one test. */
const PARTS: readonly { readonly name: string; readonly script: string; readonly limitS: number }[] = [
  { name: 'typecheck', script: 'typecheck', limitS: 120 },
  { name: 'lint', script: 'lint', limitS: 120 },
  { name: 'layers', script: 'check:layers', limitS: 60 },
  { name: 'build', script: 'build', limitS: 120 },
  { name: 'unit', script: 'test:unit', limitS: 420 },
  { name: 'keyring', script: 'test:keychain', limitS: 180 },
  { name: 'window', script: 'test:window', limitS: 300 },
  { name: 'e2e', script: 'test:e2e', limitS: 420 },
];

const root = path.resolve(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-test-'));
const collected: ReportedTest[] = [];
let running: ChildProcess | undefined;

// A part has a process group of its own, so that what it started ends with it.
function endRunning(): void {
  if (running?.pid === undefined) return;
  try {
    process.kill(-running.pid, 'SIGKILL');
  } catch {
    // Its group has ended already.
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    endRunning();
    finish([...collected, { title: `interrupted by ${signal}`, state: 'failed' }]);
  });
}

interface Ended {
  /** Undefined where it ended well, otherwise how it ended. */
  readonly trouble?: string;
}

function run(script: string, report: string, limitS: number): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn('npm', ['run', '--silent', script], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
      env: { ...process.env, GATEHOUSE_TEST_REPORT: report },
    });
    running = child;
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      endRunning();
    }, limitS * 1000);
    const ended = (trouble?: string): void => {
      clearTimeout(limit);
      endRunning();
      running = undefined;
      resolve(trouble === undefined ? {} : { trouble });
    };
    child.once('error', (error) => ended(error.message));
    child.once('exit', (code, signal) => {
      if (late) ended(`took longer than ${limitS} s`);
      else if (code !== 0) ended(signal ? `ended by ${signal}` : `exit code ${code}`);
      else ended();
    });
  });
}

function readReport(file: string): ReportedTest[] | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ReportedTest[];
  } catch {
    return undefined;
  }
}

function results(name: string, { trouble }: Ended, reported: ReportedTest[] | undefined): ReportedTest[] {
  const tests = reported?.map((test) => ({ ...test, title: `${name}: ${test.title}` })) ?? [];
  if (trouble !== undefined && !tests.some((test) => test.state === 'failed')) {
    return [...tests, { title: `${name}: ${trouble}`, state: 'failed' }];
  }
  return reported === undefined ? [{ title: name, state: 'passed' }] : tests;
}

function finish(tests: readonly ReportedTest[]): never {
  rmSync(folder, { recursive: true, force: true });
  const of = (state: ReportedTest['state']) => tests.filter((test) => test.state === state);
  const [passed, failed, skipped] = [of('passed'), of('failed'), of('skipped')];
  if (skipped.length > 0) console.log('\nSkipped:');
  for (const { title, reason } of skipped) console.log(`  ${title}: ${reason ?? 'no reason given'}`);
  if (failed.length > 0) console.log('\nFailed:');
  for (const { title } of failed) console.log(`  ${title}`);
  console.log(`\n${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`);
  process.exit(failed.length > 0 || passed.length === 0 ? 1 : 0);
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !PARTS.some((part) => part.name === name));
if (unknown.length > 0) {
  console.error(`No part is named ${unknown.join(', ')}. There are: ${PARTS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const missing = provideSystemPackages();
if (missing !== undefined) {
  console.log(missing);
  finish([{ title: 'system packages', state: 'failed' }]);
}

for (const { name, script, limitS } of PARTS) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  console.log(`\n=== ${name} ===`);
  const report = path.join(folder, `${name}.json`);
  const startedAt = performance.now();
  const ended = await run(script, report, limitS);
  collected.push(...results(name, ended, readReport(report)));
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`=== ${name}: ${ended.trouble ?? 'well'}, ${seconds} s ===`);
}

finish(collected);
