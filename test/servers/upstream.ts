import type { IncomingMessage, ServerResponse } from 'node:http';

/** A real MCP server in this process, without any authorization of its own. */
export interface Upstream {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** As after a restart: sessions are unknown, their streams end. */
  forgetSessions(): Promise<void>;
  /** A tool more, and everybody is told. */
  changeTools(): void;
  /** The tool `echo` is described with these words from now on, and everybody is told. */
  describeEcho(words: string): void;
  /** All its sessions are told, whether they subscribed or not. */
  updateResource?(uri: string): void;
  close(): Promise<void>;
}

/** Calls of the tool `wait` hang here until they are let go. */
export class Waiting {
  #waiting: (() => void)[] = [];
  #watchers: (() => void)[] = [];

  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      for (const tell of this.#watchers.splice(0)) tell();
    });
  }

  /** Resolves when a call waits. */
  async someoneWaits(): Promise<void> {
    if (this.#waiting.length > 0) return;
    await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  letGo(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

export const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });
