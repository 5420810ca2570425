import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ChildProcesses, Ended, Running } from './child-processes.ts';

export const ROOT = path.resolve(import.meta.dirname, '../..');
const CLI = path.join(ROOT, 'dist/main/cli.js');

export interface Serving {
  readonly process: Running;
  /** The origin that callers use. */
  readonly url: string;
  /** The link to the status window; good once. */
  readonly window: string;
}

export interface LogLine {
  readonly at: string;
  readonly event: string;
  readonly correlationId?: string;
  readonly server?: string;
  readonly [field: string]: unknown;
}

/** What `npm run build` built, run as a person or a script runs it. */
export class BuiltGatehouse {
  readonly dataDir: string;
  readonly #children: ChildProcesses;
  readonly #env: NodeJS.ProcessEnv;

  constructor(children: ChildProcesses, dataDir: string, env: NodeJS.ProcessEnv) {
    if (!existsSync(CLI)) throw new Error('Nothing is built. Run "npm run build" first.');
    this.dataDir = dataDir;
    this.#children = children;
    this.#env = { ...process.env, ...env };
  }

  start(...args: string[]): Running {
    // From where a service manager starts it, not from the project's folder.
    const { root } = path.parse(this.dataDir);
    return this.#children.node([CLI, '--data-dir', this.dataDir, '--json', ...args], this.#env, root);
  }

  run(...args: string[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  async serve(...args: string[]): Promise<Serving> {
    const process = this.start('serve', '--port', '0', ...args);
    const line = await process.firstLine();
    if (line.event !== 'ready') throw new Error(`It did not start: ${JSON.stringify(line)} ${process.said.stderr}`);
    return { process, url: String(line.url), window: String(line.window) };
  }

  /** One line of `gatehouse status --json`. */
  async status(server: string): Promise<Record<string, unknown> | undefined> {
    const { stdout } = await this.run('status');
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line): Record<string, unknown> => JSON.parse(line)).find(({ name }) => name === server);
  }

  /** What the log says until now. Small runs rotate nothing away. */
  async log(): Promise<LogLine[]> {
    const text = await readFile(path.join(this.dataDir, 'logs/gatehouse.log'), 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line): LogLine => JSON.parse(line));
  }
}
