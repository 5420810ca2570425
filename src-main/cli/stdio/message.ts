import { INVALID_REQUEST, PARSE_ERROR } from '../../engine/model/json-rpc.ts';
import { isRecord } from '../../engine/model/record.ts';

/** @see MCP 2026-07-28, basic/transports, "Streamable HTTP" */
export const HEADER_MISMATCH = -32020;

export type Id = string | number;

type Params = Readonly<Record<string, unknown>>;

/** One message as it came, with as much of it read as the bridge needs; `text` goes on as it is. */
export type Message =
  | {
      readonly kind: 'request';
      readonly id: Id;
      readonly method: string;
      readonly params: Params;
      readonly text: string;
    }
  | { readonly kind: 'notification'; readonly method: string; readonly params: Params; readonly text: string }
  | { readonly kind: 'answer'; readonly id: Id; readonly body: AnswerBody; readonly text: string }
  | { readonly kind: 'batch'; readonly messages: readonly Message[] }
  | { readonly kind: 'invalid'; readonly id: Id | null; readonly code: number; readonly sentence: string };

export type Request = Extract<Message, { kind: 'request' }>;
export type Notification = Extract<Message, { kind: 'notification' }>;
export type Answer = Extract<Message, { kind: 'answer' }>;

export interface AnswerBody {
  readonly result?: Params;
  readonly error?: { readonly code?: unknown; readonly message?: unknown };
}

/** @see MCP 2026-07-28, basic, "Request metadata" */
const PROTOCOL_VERSION = 'io.modelcontextprotocol/protocolVersion';

export function readMessage(text: string): Message {
  try {
    return read(JSON.parse(text), text);
  } catch {
    return { kind: 'invalid', id: null, code: PARSE_ERROR, sentence: 'This line is not JSON.' };
  }
}

function read(value: unknown, text: string): Message {
  if (Array.isArray(value)) {
    return { kind: 'batch', messages: value.map((one) => read(one, JSON.stringify(one))) };
  }
  const id = isRecord(value) && isId(value.id) ? value.id : null;
  const invalid: Message = {
    kind: 'invalid',
    id,
    code: INVALID_REQUEST,
    sentence: 'This is not a message of JSON-RPC 2.0.',
  };
  if (!isRecord(value) || value.jsonrpc !== '2.0') return invalid;
  const { method } = value;
  if (typeof method === 'string') {
    const params = isRecord(value.params) ? value.params : {};
    if (value.id === undefined) return { kind: 'notification', method, params, text };
    return id === null ? invalid : { kind: 'request', id, method, params, text };
  }
  const isAnswer = isRecord(value.result) || isRecord(value.error);
  // An error without an id belongs to something that the other end could not read.
  return isAnswer && id !== null ? { kind: 'answer', id, body: value, text } : invalid;
}

/** The revision that a modern request names itself; undefined for a legacy one. */
export function modernRevision(params: Params): string | undefined {
  const { _meta: meta } = params;
  const revision = isRecord(meta) ? meta[PROTOCOL_VERSION] : undefined;
  return typeof revision === 'string' ? revision : undefined;
}

export function errorText(id: Id | null, code: number, message: string, data?: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, ...(data ? { data } : {}) } });
}

/** The error of a body that is no answer to a certain request: one without an id, or with a status of failure. */
export function errorIn(text: string): AnswerBody['error'] {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && isRecord(value.error) ? value.error : undefined;
  } catch {
    return undefined;
  }
}

function isId(value: unknown): value is Id {
  return typeof value === 'string' || typeof value === 'number';
}
