import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Each line is the list of groups that run now. When the lines end, we are gone: what is left of them is ended, by
 * SIGTERM first.
 */
const SCRIPT = `
groups=
while read -r line; do groups=$line; done
[ -n "$groups" ] || exit 0
for group in $groups; do kill -s TERM -- "-$group"; done
sleep 2
for group in $groups; do kill -s KILL -- "-$group"; done
`;

/**
 * Ends the groups of programs that outlive us: after a SIGKILL nobody else can. Most programs end at the end of their
 * input by themselves; what they started often does not. POSIX only.
 */
export class OrphanGuard {
  readonly #groups = new Set<number>();
  #shell: ChildProcess | undefined;

  add(group: number): void {
    this.#groups.add(group);
    this.#tell();
  }

  remove(group: number): void {
    if (this.#groups.delete(group)) this.#tell();
  }

  /** It has nothing to do any more. */
  close(): void {
    this.#shell?.stdin?.end();
    this.#shell = undefined;
  }

  #tell(): void {
    if (process.platform === 'win32') return;
    this.#shell ??= this.#start();
    this.#shell.stdin?.write(`${[...this.#groups].join(' ')}\n`);
  }

  #start(): ChildProcess {
    // Of its own group: a Ctrl-C at our terminal is not for it.
    const shell = spawn('/bin/sh', ['-c', SCRIPT], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: { PATH: process.env.PATH },
    });
    // Without a shell the end of their input has to do.
    shell.once('error', () => {});
    shell.stdin?.on('error', () => {});
    shell.once('exit', () => {
      if (this.#shell === shell) this.#shell = undefined;
    });
    shell.unref();
    return shell;
  }
}
