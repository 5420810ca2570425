import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export interface Suite {
  readonly id: string;
  readonly release: string;
  readonly args: readonly string[];
}

export const SUITES: readonly Suite[] = [
  { id: 'stable', release: '0.1.16', args: ['--suite', 'all'] },
  { id: '2025-11-25', release: '0.2.0-alpha.12', args: ['--requirements', '2025-11-25'] },
  { id: '2026-07-28', release: '0.2.0-alpha.12', args: ['--requirements', '2026-07-28'] },
];

export interface Check {
  readonly id: string;
  readonly description: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
}

export interface Played {
  readonly scenario: string;
  readonly checks: readonly Check[];
  /** Why our command ended early; empty where it did not. */
  readonly ended: string;
}

const COMMAND = path.join('test', 'conformance', 'command.process.mjs');
/** A scenario waits for its turn within it. */
const TIMEOUT_MS = 900_000;

/** Runs the suite's own command line. `reports` is an empty folder. */
export async function runSuite(
  { args }: Suite,
  { node, script, port, reports }: { node: string; script: string; port: number; reports: string },
): Promise<readonly Played[]> {
  const child = spawn(
    node,
    [script, 'client', '--command', `node ${COMMAND}`, ...args, '--timeout', `${TIMEOUT_MS}`, '-o', reports],
    { stdio: 'ignore', env: { ...process.env, GATEHOUSE_CONFORMANCE_PORT: `${port}` } },
  );
  await once(child, 'close');
  const files = await readdir(reports, { recursive: true });
  const found = files.filter((file) => path.basename(file) === 'checks.json').sort();
  return Promise.all(
    found.map(async (file) => {
      const folder = path.dirname(file);
      const ended = await readFile(path.join(reports, folder, 'stderr.txt'), 'utf8');
      const checks: Check[] = JSON.parse(await readFile(path.join(reports, file), 'utf8'));
      // The folder is named after the scenario and the time.
      const scenario = folder.replaceAll(path.sep, '/').replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, '');
      return { scenario, checks, ended: ended.trim() };
    }),
  );
}
