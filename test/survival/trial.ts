import { setTimeout as pause } from 'node:timers/promises';
import type { Stage } from './stage.ts';
import type { Outcome, ServerName, Subject, Tool } from './subject.ts';

/** One experiment with one subject: what is done to it, and what its tools saw of that. */
export class Trial {
  readonly stage: Stage;
  readonly subject: Subject;
  /** When the token of the sign-in is over, in ms since 1970. */
  expiresAt = 0;
  readonly outcomes: (Outcome & { readonly mayFail: boolean })[] = [];
  #tools: { readonly server: ServerName; tool: Tool }[] = [];

  constructor(stage: Stage, subject: Subject) {
    this.stage = stage;
    this.subject = subject;
  }

  addTool(server: ServerName = 'main'): void {
    this.#tools.push({ server, tool: this.subject.tool(server) });
  }

  get tools(): readonly Tool[] {
    return this.#tools.map(({ tool }) => tool);
  }

  /** So many calls at once of each tool, all of which could be answered unless `mayFail`. */
  async call(times = 1, mayFail = false): Promise<void> {
    const calls = this.tools.flatMap((tool) => Array.from({ length: times }, () => tool.call()));
    for (const call of calls) void call.then((outcome) => this.outcomes.push({ ...outcome, mayFail }));
    await Promise.all(calls);
  }

  /** A call of each tool again and again, slow ones holding up no other. */
  async callEvery(ms: number, untilAt: number, mayFail: (at: number) => boolean): Promise<void> {
    const underWay: Promise<void>[] = [];
    while (Date.now() < untilAt) {
      underWay.push(this.call(1, mayFail(Date.now())));
      await pause(Math.max(0, Math.min(ms, untilAt - Date.now())));
    }
    await Promise.all(underWay);
  }

  async until(at: number): Promise<void> {
    await pause(Math.max(0, at - Date.now()));
  }

  /** The same tools again, in new programs. */
  async restart(signal: 'SIGTERM' | 'SIGKILL', meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    await this.subject.stop(signal);
    await meanwhile();
    await this.subject.start();
    this.#tools = this.#tools.map(({ server }) => ({ server, tool: this.subject.tool(server) }));
  }

  /** Whether every tool gets an answer within this time; these calls count for nothing else. */
  async worksWithin(ms: number): Promise<boolean> {
    const end = Date.now() + ms;
    const answered = await Promise.all(
      this.tools.map(async (tool) => {
        for (;;) {
          if ((await tool.call()).failure === undefined) return true;
          if (Date.now() > end) return false;
          await pause(1000);
        }
      }),
    );
    return answered.every((isAnswered) => isAnswered);
  }
}
