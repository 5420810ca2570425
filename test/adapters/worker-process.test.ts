import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { forkWorkerAhead, type WorkerProcess } from '../../src-main/adapters/keychain/worker-process.ts';
import { settle } from '../fakes/manual-clock.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-worker-'));
const script = path.join(folder, 'worker.mjs');
const said = path.join(folder, 'said');
writeFileSync(
  script,
  `import { writeFileSync } from 'node:fs';
process.on('message', () => {});
process.send({ pid: process.pid }, () => writeFileSync(process.argv[2], ''));`,
);

const started: WorkerProcess[] = [];

afterEach(() => {
  for (const worker of started.splice(0)) worker.kill();
  rmSync(folder, { recursive: true, force: true });
});

function firstMessage(worker: WorkerProcess): Promise<unknown> {
  started.push(worker);
  return new Promise((resolve) => worker.onMessage(resolve));
}

function pidIn(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'pid' in message ? message.pid : undefined;
}

describe('a keychain worker that is started ahead', () => {
  it('keeps what it said before anybody listened, and is taken once', async () => {
    const spawn = forkWorkerAhead(script, { args: [said], env: {} });
    await expect.poll(() => existsSync(said), { timeout: 20_000 }).toBe(true);
    await settle();

    const first = pidIn(await firstMessage(spawn()));
    const second = pidIn(await firstMessage(spawn()));

    expect(first).toBeTypeOf('number');
    expect(second).toBeTypeOf('number');
    expect(second).not.toBe(first);
  });
});
