import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { connectControl } from '../../src-main/control/socket-client.ts';
import type { RunningProgram } from '../../src-main/program.ts';
import { startGuardedMcpServer } from '../servers/guarded-mcp-server.ts';

import { startQuietProgram } from './quiet-program.ts';

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function dataFolder(servers: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-second-'));
  closing.push(() => rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }));
  await writeFile(join(dataDir, 'config.json'), JSON.stringify({ mcpServers: servers }));
  return dataDir;
}

function start(dataDir: string, onStop: () => void = () => {}) {
  return startQuietProgram({ dataDir, onStop });
}

async function started(dataDir: string): Promise<RunningProgram> {
  const program = await start(dataDir);
  if (!program.ok) throw new Error(`the program did not start: ${program.problem.code}`);
  closing.push(() => program.value.close());
  return program.value;
}

describe('23 a second start', () => {
  test('23 finds the first one and ends, and the first goes on as if nothing had been', async () => {
    const dataDir = await dataFolder();
    const first = await started(dataDir);
    expect(await start(dataDir)).toEqual({
      ok: false,
      problem: { code: 'already-running', pid: process.pid, dataDir },
    });
    expect((await fetch(first.endpoint)).status).toBe(403);
  });

  test('23 ten starts at once: one runs', async () => {
    const dataDir = await dataFolder();
    const all = await Promise.all(Array.from({ length: 10 }, () => start(dataDir)));
    const running = all.flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
    closing.push(() => Promise.all(running.map((program) => program.close())));
    expect(running).toHaveLength(1);
    const problems = all.flatMap((outcome) => (outcome.ok ? [] : [outcome.problem.code]));
    expect(problems).toEqual(Array.from({ length: 9 }, () => 'already-running'));
  });

  test('23 whoever comes later speaks to the engine that runs, which alone writes', async () => {
    const mcp = await startGuardedMcpServer({ guard: { admits: 'everybody' } });
    closing.push(mcp.close);
    const dataDir = await dataFolder();
    const first = await started(dataDir);
    const client = await connectControl(dataDir);
    if (!client.ok) throw new Error('nobody answers');
    closing.push(async () => client.value.close());
    expect(client.value.pid).toBe(process.pid);
    const added = await client.value.addServer({ name: 'notes', url: mcp.url });
    expect(added).toMatchObject({ ok: true });
    expect(await first.handlers.status({})).toMatchObject({ value: { servers: [{ name: 'notes' }] } });
    const caller = await client.value.addCaller({ name: 'editor' });
    expect(caller.ok && (await first.handlers.listCallers({}))).toMatchObject({ value: [{ name: 'editor' }] });
    expect(JSON.parse(await readFile(join(dataDir, 'config.json'), 'utf8')).mcpServers).toHaveProperty('notes');
  });

  test('23 after the first one has ended the next one starts at once, at the same port', async () => {
    const dataDir = await dataFolder();
    const first = await started(dataDir);
    const { endpoint } = first;
    await first.close();
    closing.pop();
    expect((await started(dataDir)).endpoint).toBe(endpoint);
  });
});
