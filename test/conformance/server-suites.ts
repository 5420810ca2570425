import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Check } from './suites.ts';

export interface ServerSuite {
  readonly id: string;
  readonly release: string;
  readonly args: readonly string[];
}

export const SERVER_SUITES: readonly ServerSuite[] = [
  { id: 'server-active', release: '0.1.16', args: ['--suite', 'active'] },
  { id: 'server-all', release: '0.1.16', args: ['--suite', 'all'] },
  { id: 'server-2025-11-25', release: '0.2.0-alpha.12', args: ['--requirements', '2025-11-25'] },
  { id: 'server-2026-07-28', release: '0.2.0-alpha.12', args: ['--requirements', '2026-07-28'] },
];

/** Scenario -> its checks. */
export type ServerRun = ReadonlyMap<string, readonly Check[]>;

/** Runs the server scenarios of the suite's own command line against one address. */
export async function runServerSuite(
  { args }: Pick<ServerSuite, 'args'>,
  { node, script, url }: { readonly node: string; readonly script: string; readonly url: string },
): Promise<ServerRun> {
  const reports = await mkdtemp(path.join(tmpdir(), 'gatehouse-conformance-server-'));
  try {
    const child = spawn(node, [script, 'server', '--url', url, ...args, '-o', reports], { stdio: 'ignore' });
    await once(child, 'close');
    const files = await readdir(reports, { recursive: true });
    const run = new Map<string, readonly Check[]>();
    for (const file of files.filter((name) => path.basename(name) === 'checks.json').sort()) {
      // The folder is named after the scenario and the time.
      const folder = path.dirname(file).replaceAll(path.sep, '/');
      const scenario = folder.replace(/^server-(?=.)/, '').replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, '');
      run.set(scenario, JSON.parse(await readFile(path.join(reports, file), 'utf8')));
    }
    return run;
  } finally {
    await rm(reports, { recursive: true, force: true });
  }
}
