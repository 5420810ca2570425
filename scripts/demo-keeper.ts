// Started by the demo with IPC: runs its engine in a folder that is gone at the end, and ends with the demo.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DEMO_SERVER, type KeeperReport } from './demo-engine.ts';

/** An engine that is asked to end has this long. */
const END_LIMIT_MS = 5000;

const [mcpUrl] = process.argv.slice(2);
const cli = path.join(import.meta.dirname, '../dist/main/cli.js');
const report = (said: KeeperReport): void => {
  if (process.connected) process.send?.(said, undefined, undefined, () => {});
};
// The demo says when; a closed terminal does not.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

if (!existsSync(cli)) {
  report({ kind: 'failed', why: 'nothing is built. Run "npm run build" first.' });
  process.disconnect();
} else {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'gatehouse-demo-'));
  const config = { mcpServers: { [DEMO_SERVER]: { url: mcpUrl } } };
  writeFileSync(path.join(dataDir, 'config.json'), `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
  // In memory: nothing of the demo stays in the person's keychain, whatever ends it.
  const args = ['--data-dir', dataDir, '--json', 'serve', '--port', '0', '--vault', 'memory'];
  const engine = spawn(process.execPath, [cli, ...args], {
    env: { ...process.env, GATEHOUSE_DEMO: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const end = (): void => {
    engine.kill('SIGTERM');
    setTimeout(() => engine.kill('SIGKILL'), END_LIMIT_MS).unref();
  };
  process.once('disconnect', end);
  process.once('SIGTERM', end);
  if (!process.connected) end();
  createInterface({ input: engine.stdout }).once('line', (line) => {
    const said: { event?: string; url?: string; window?: string; problem?: unknown } = JSON.parse(line);
    const { url, window } = said;
    if (url !== undefined && window !== undefined && engine.pid !== undefined) {
      report({ kind: 'ready', dataDir, pid: engine.pid, url, window });
    } else {
      report({ kind: 'failed', why: JSON.stringify(said.problem) });
    }
  });
  engine.once('error', (error) => report({ kind: 'failed', why: error.message }));
  engine.once('close', () => {
    rmSync(dataDir, { recursive: true, force: true });
    process.exit(0);
  });
}
