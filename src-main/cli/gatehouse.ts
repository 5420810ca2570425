#!/usr/bin/env node
import { join } from 'node:path';
import { autostartPath, createAutostartRemoval } from '../adapters/autostart-file.ts';
import { resolveDataDir } from '../adapters/data-folder.ts';
import { forkWorkerAhead } from '../adapters/keychain/worker-process.ts';
import { createSystemBrowser } from '../adapters/open-in-browser.ts';
import { createUserService } from '../adapters/user-service/user-service.ts';
import { VERSION } from '../engine/model/version.ts';
import { installationOfCommand } from '../installation.ts';
import { exitCodeFor } from './exit-codes.ts';
import { runCli } from './program.ts';
import { askHidden } from './secret-input.ts';
import { createTimeFormat } from './times.ts';

const { env, execPath, platform, stdin, stdout, stderr } = process;

// A reader that has seen enough (`gatehouse status | head -1`) is no error.
for (const stream of [stdout, stderr]) stream.on('error', () => {});

const installation = installationOfCommand({ execPath, script: process.argv[1] ?? import.meta.filename, platform });

const exitCode = await runCli(process.argv.slice(2), {
  version: VERSION,
  installation,
  stdin,
  stdout,
  stderr,
  formatTime: createTimeFormat(Date.now),
  resolveDataDir: (option) => resolveDataDir(option, env, platform),
  // The contract and its parser are most of what a command loads; the bridge does without.
  connect: async (dataDir) => (await import('../control/socket-client.ts')).connectControl(dataDir),
  openBrowser: (url) => createSystemBrowser({ env }).open(url),
  // Loaded for this command alone: the others start without the engine.
  serve: async (options) => {
    // The keychain's process starts while the engine is still being loaded.
    const worker = join(import.meta.dirname, 'keychain-worker.js');
    const ahead = options.vault === 'keychain' ? { spawnWorker: forkWorkerAhead(worker) } : {};
    const { serve } = await import('../headless.ts');
    const ask = (prompt: string): Promise<string> => askHidden(prompt, stdin, stderr);
    const problem = await serve({
      ...options,
      ...ahead,
      installation,
      env,
      stdout,
      stderr,
      ...(stdin.isTTY ? { askHidden: ask } : {}),
    });
    return problem ? exitCodeFor(problem) : 0;
  },
  bridge: async ({ name, caller, mayStart, dataDir, dataDirOption }) => {
    const { runBridge } = await import('./stdio/run-bridge.ts');
    const { connectKeyLender } = await import('../control/key-lender.ts');
    const start = async () => {
      const { startEngine } = await import('../start-engine.ts');
      return startEngine(installation, dataDirOption);
    };
    return runBridge({
      name,
      caller,
      stdin,
      stdout,
      note: (sentence) => stderr.write(`${sentence}\n`),
      connect: () => connectKeyLender(dataDir),
      start: mayStart ? start : undefined,
    });
  },
  service: createUserService(env, platform),
  autostart: platform === 'linux' ? createAutostartRemoval(autostartPath(env)) : undefined,
  onInterrupt: (listener) => {
    process.on('SIGINT', listener);
    return () => process.off('SIGINT', listener);
  },
});

// Pipes are written asynchronously: what was said must be out before the process ends.
stdout.write('', () => stderr.write('', () => process.exit(exitCode)));
