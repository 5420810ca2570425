import { spawn } from 'node:child_process';

/** What a person's shell does when it starts is theirs; one that asks something, or never ends, is left alone. */
const LIMIT_MS = 5_000;
const OUTPUT_LIMIT = 1_000_000;

/**
 * Where a terminal of this person looks for commands. An app that was started by a click has the session's PATH, not the
 * one that the shell's own files make. Undefined where the shell does not tell.
 */
export function askLoginShellPath(shell: string, env: NodeJS.ProcessEnv): Promise<readonly string[] | undefined> {
  return new Promise((resolve) => {
    // Printed by a program: no two shells write a variable alike.
    const child = spawn(shell, ['-ilc', '/usr/bin/env'], { env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    const settle = (path: readonly string[] | undefined): void => {
      clearTimeout(limit);
      resolve(path);
    };
    const giveUp = (): void => {
      settle(undefined);
      try {
        // The whole group: what its files started too.
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    };
    const limit = setTimeout(giveUp, LIMIT_MS);
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.length > OUTPUT_LIMIT) giveUp();
    });
    child.once('error', () => settle(undefined));
    child.once('close', () => settle(pathIn(text)));
  });
}

function pathIn(text: string): readonly string[] | undefined {
  const path = text.match(/^PATH=(.*)$/gm)?.at(-1);
  return path
    ?.slice('PATH='.length)
    .split(':')
    .filter((folder) => folder !== '');
}
