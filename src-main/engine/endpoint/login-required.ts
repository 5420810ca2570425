import type { EpochMs } from '../model/ids.ts';
import { PARSE_ERROR } from '../model/json-rpc.ts';
import { NOT_NOW } from '../model/not-now.ts';
import type { Problem } from '../model/problem.ts';
import type { ServerState } from '../model/server-state.ts';
import { ACTION_LABEL, sentenceFor, wordsFor } from '../model/words.ts';

export { NOT_NOW };

export interface NotNow {
  readonly message: string;
  readonly data: {
    readonly server: string;
    readonly state: ServerState['kind'];
    readonly reason: Problem['code'];
    readonly url?: string;
    readonly retryAt?: EpochMs;
  };
}

/** What a caller is told when a person or time has to do something first (E2). */
export function notNow(input: {
  readonly server: string;
  readonly state: ServerState;
  readonly problem: Problem;
  /** Where a person can start the sign-in. */
  readonly url: string | undefined;
  readonly formatTime: (at: EpochMs) => string;
}): NotNow {
  const { server, state, problem, url } = input;
  const { word, action } = wordsFor(state, input.formatTime);
  const retryAt = retryAtOf(state);
  const parts = [
    `${server}: ${word}.`,
    sentenceFor(problem),
    ...(retryAt === undefined ? [] : [`Trying again at ${input.formatTime(retryAt)}.`]),
    ...(url === undefined ? [] : [`Sign in at ${url} or run: gatehouse auth login ${server}`]),
    ...(url !== undefined || action === undefined
      ? []
      : [`In Gatehouse, choose "${ACTION_LABEL[action]}" for ${server}.`]),
  ];
  return {
    message: parts.join(' '),
    data: {
      server,
      state: state.kind,
      reason: problem.code,
      ...(url === undefined ? {} : { url }),
      ...(retryAt === undefined ? {} : { retryAt }),
    },
  };
}

/** Whether it helps to open a sign-in page. */
export function wantsPerson(state: ServerState): boolean {
  switch (state.kind) {
    case 'login-needed':
    case 'logging-in':
      return true;
    case 'ready':
      return state.stepUp !== undefined;
    case 'waiting':
      return state.problem.code === 'token-rejected';
    default:
      return false;
  }
}

function retryAtOf(state: ServerState): EpochMs | undefined {
  if (state.kind === 'waiting') return state.retryAt;
  return state.kind === 'ready' && state.token.kind === 'refresh-waiting' ? state.token.retryAt : undefined;
}

export interface Reply {
  readonly status: number;
  readonly body?: string;
}

/**
 * The HTTP answer to what a caller sent: a request gets a JSON-RPC error under its own id with status 200, a
 * notification 202, anything without a body 405. Never a 401, and never silence.
 */
export function replyToBody(
  body: Uint8Array | undefined,
  code: number,
  said: { message: string; data?: unknown },
): Reply {
  if (!body || body.length === 0) return { status: 405, body: said.message };
  let message: unknown;
  try {
    message = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return { status: 400, body: errorFor(null, PARSE_ERROR, { message: 'The body is not JSON.' }) };
  }
  if (Array.isArray(message)) {
    const errors = message.map(idOf).filter((id) => id !== undefined);
    return errors.length === 0
      ? { status: 202 }
      : { status: 200, body: `[${errors.map((id) => errorFor(id, code, said)).join(',')}]` };
  }
  const id = idOf(message);
  return id === undefined ? { status: 202 } : { status: 200, body: errorFor(id, code, said) };
}

/** A body that was too large to be kept: its id is not known, so the answer bears none. */
export function replyToUnheld(code: number, said: { message: string; data?: unknown }): Reply {
  return { status: 503, body: errorFor(null, code, said) };
}

/** The id of a request; undefined for a notification or an answer. */
function idOf(message: unknown): unknown {
  if (typeof message !== 'object' || message === null || !('id' in message) || !('method' in message)) return undefined;
  return message.id;
}

function errorFor(id: unknown, code: number, said: { message: string; data?: unknown }): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, ...said } });
}
