import type { Result } from '@modelcontextprotocol/client';

interface Question {
  readonly method: string;
  readonly params: Record<string, unknown>;
  readonly resolve: (answer: Result) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A call of a modern caller to a legacy server, while the server asks something: the caller gets the questions as an
 * `input_required` result, and the call goes on with the answers that its retry brings.
 *
 * @see MCP 2026-07-28, basic/patterns/mrtr
 */
export class PendingCall {
  readonly id: string;
  readonly #result: Promise<Result>;
  readonly #questions = new Map<string, Question>();
  #asked = 0;
  #wake: () => void = () => {};

  /** @param id what the caller sends back as `requestState`; nobody can guess it */
  constructor(id: string, start: (ask: PendingCall['ask']) => Promise<Result>) {
    this.id = id;
    this.#result = start((method, params, signal) => this.ask(method, params, signal));
    // Looked at in `next`.
    this.#result.catch(() => {});
  }

  /** The server's question; resolves with what the caller answers. */
  ask(method: string, params: Record<string, unknown>, signal: AbortSignal): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#asked += 1;
      const key = `question-${this.#asked}`;
      this.#questions.set(key, { method, params, resolve, reject });
      signal.addEventListener('abort', () => {
        this.#questions.delete(key);
        reject(new Error('the server took its question back'));
      });
      this.#wake();
    });
  }

  /** The call's result, or what has to be answered first. */
  async next(): Promise<Result> {
    const asked = new Promise<'asked'>((resolve) => {
      this.#wake = () => resolve('asked');
      if (this.#questions.size > 0) resolve('asked');
    });
    const first = await Promise.race([this.#result, asked]);
    if (first !== 'asked') return first;
    const inputRequests = Object.fromEntries(
      [...this.#questions].map(([key, { method, params }]) => [key, { method, params }]),
    );
    return { resultType: 'input_required', inputRequests, requestState: this.id };
  }

  /** Questions that the retry left unanswered are asked again by the next result. */
  answer(responses: Readonly<Record<string, unknown>>): void {
    for (const [key, question] of this.#questions) {
      const response = responses[key];
      if (typeof response !== 'object' || response === null) continue;
      this.#questions.delete(key);
      question.resolve(response as Result);
    }
  }

  giveUp(): void {
    for (const question of this.#questions.values()) question.reject(new Error('nobody answered'));
    this.#questions.clear();
  }
}
