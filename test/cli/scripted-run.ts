import type { Handlers } from '../../src-preload/derive.ts';
import { startScriptedEngine } from '../control/scripted-engine.ts';
import { type } from './command-line.ts';

/** A command line, typed where an engine answers with these handlers until the command has ended. */
export async function run(args: readonly string[], handlers: Partial<Handlers> = {}) {
  const engine = await startScriptedEngine(handlers);
  try {
    const line = type(args, { dataDir: engine.dataDir });
    const exitCode = await line.exitCode;
    return { exitCode, stdout: line.stdout(), stderr: line.stderr(), json: line.json };
  } finally {
    await engine.close();
  }
}
