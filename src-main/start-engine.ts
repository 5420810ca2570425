import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Installation, ownCommand } from './engine/model/own-command.ts';
import type { Problem } from './engine/model/problem.ts';
import { fail, ok, type Result } from './engine/model/result.ts';

/** A locked keychain or a slow disk; the engine itself needs a second. */
const START_LIMIT_MS = 30_000;

/**
 * Starts `gatehouse serve` in a session of its own, which outlives us: it belongs to the person, not to the tool that
 * happened to need it first. It opens no browser and asks nothing. Fails with why it did not start; `already-running`
 * where another was faster.
 */
export function startEngine(installation: Installation, dataDirOption: string | undefined): Promise<Result<void>> {
  const dataDir = dataDirOption === undefined ? [] : ['--data-dir', dataDirOption];
  const { file, args } = ownCommand(installation, 'serve', '--json', ...dataDir);
  return new Promise((resolve) => {
    const engine = spawn(file, args, { detached: true, windowsHide: true, stdio: ['ignore', 'pipe', 'ignore'] });
    const lines = createInterface({ input: engine.stdout });
    const settle = (result: Result<void>): void => {
      clearTimeout(limit);
      lines.close();
      engine.stdout.destroy();
      engine.unref();
      resolve(result);
    };
    const notStarted = (why: string): void =>
      settle(fail({ code: 'not-available', detail: `Gatehouse could not be started: ${why}.` }));
    const limit = setTimeout(() => notStarted('it said nothing for half a minute'), START_LIMIT_MS);
    lines.once('line', (line) => {
      const problem = problemIn(line);
      settle(problem ? fail(problem) : ok(undefined));
    });
    engine.once('error', (error) => notStarted(error.message));
    engine.once('close', (code) => notStarted(`it ended with exit code ${code}`));
  });
}

function problemIn(line: string): Problem | undefined {
  try {
    const event: { readonly problem?: Problem } = JSON.parse(line);
    return event.problem;
  } catch {
    return undefined;
  }
}
