import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { BenchCaller, Message } from './bench-caller.ts';
import { message, SHORT } from './messages.ts';

/** A tool that speaks stdio only: the program that it starts is a bridge to the upstream. */
export class StdioCaller implements BenchCaller {
  readonly #child: ChildProcess;
  readonly #tool: string;
  readonly #waiting = new Map<number, (line: string) => void>();
  readonly #ended: Promise<unknown>;
  #id = 0;

  constructor(args: readonly string[], tool: string) {
    this.#tool = tool;
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#ended = once(this.#child, 'exit');
    if (!this.#child.stdout) throw new Error('no standard output');
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const id = /"id":(\d+)/.exec(line.length > 5000 ? line.slice(0, 200) + line.slice(-200) : line)?.[1];
      const take = this.#waiting.get(Number(id));
      if (!take) return;
      this.#waiting.delete(Number(id));
      take(line);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async initialize(): Promise<void> {
    await this.#ask((id) => message.initialize(id));
    this.#child.stdin?.write(`${message.initialized()}\n`);
  }

  async call(text: Message = SHORT): Promise<void> {
    const answer = await this.#ask((id) => message.call(id, this.#tool, text));
    if (!answer.includes(text.slice(0, 1000))) throw new Error(`not the answer of the tool (${answer.slice(0, 500)})`);
  }

  async close(): Promise<void> {
    this.#child.stdin?.end();
    this.#child.kill();
    await this.#ended;
  }

  #ask(write: (id: number) => string): Promise<string> {
    this.#id += 1;
    const id = this.#id;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, resolve);
      void this.#ended.then(() => reject(new Error('the bridge has ended')));
      this.#child.stdin?.write(`${write(id)}\n`);
    });
  }
}
