import { execFile } from 'node:child_process';

export type SystemctlAnswer =
  | { readonly kind: 'done'; readonly stdout: string }
  | { readonly kind: 'refused'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'absent' };

/** A start waits until the program runs, which may take a while on a busy machine. */
const LIMIT_MS = 60_000;

/** Runs a program of systemd's, in plain words and without colours. */
export function runSystemd(
  file: 'systemctl' | 'loginctl',
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<SystemctlAnswer> {
  const options = { env: { ...env, LC_ALL: 'C', SYSTEMD_COLORS: '0', SYSTEMD_PAGER: '' }, timeout: LIMIT_MS };
  return new Promise((resolve) => {
    execFile(file, args, options, (error, stdout, stderr) => {
      if (!error) resolve({ kind: 'done', stdout });
      else if (error.code === 'ENOENT' || error.code === 'EACCES') resolve({ kind: 'absent' });
      else resolve({ kind: 'refused', exitCode: Number(error.code ?? 1), stdout, stderr });
    });
  });
}
