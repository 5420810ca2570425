import { fork } from 'node:child_process';
import { dirname } from 'node:path';
import { fail, ok, type Result } from './engine/model/result.ts';
import { say } from './engine/model/sayings.ts';

/** The demo builds nothing and asks nobody; a minute is more than it takes on a slow machine. */
const START_LIMIT_MS = 60_000;

/**
 * Starts `scripts/demo.ts` of a checkout: a program of its own, with a data folder that is gone at its end. It ends
 * with us. Its first message names its window.
 */
export function startDemoProcess(script: string, env: NodeJS.ProcessEnv): Promise<Result<{ url: string }>> {
  return new Promise((resolve) => {
    const child = fork(script, [], {
      execArgv: ['--import', 'tsx'],
      // The loader is found from the checkout, wherever the person stands.
      cwd: dirname(script),
      env,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const giveUp = (why: string): void => {
      clearTimeout(limit);
      child.kill();
      resolve(fail({ code: 'not-available', ...say('demo-not-started', why) }));
    };
    const limit = setTimeout(() => giveUp('it took over a minute'), START_LIMIT_MS);
    child.once('error', (error) => giveUp(error.message));
    child.once('exit', (code) => giveUp(`it ended with exit code ${code}`));
    child.once('message', (message) => {
      if (typeof message !== 'object' || message === null || !('window' in message))
        return giveUp('it named no window');
      clearTimeout(limit);
      resolve(ok({ url: String(message.window) }));
    });
  });
}
