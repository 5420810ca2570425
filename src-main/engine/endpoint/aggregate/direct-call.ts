import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnswerSink } from '../../upstream/admitted-request.ts';
import type { UpstreamServer } from '../../upstream/upstream-server.ts';
import { headersUpstream } from '../header-hygiene.ts';
import { Passage, type PassageDeps, type PassageHooks } from '../passage.ts';
import type { Body } from '../request-body.ts';
import type { Target } from './catalogue.ts';

/** A call as it arrived on `/mcp`. */
export interface ArrivedCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly caller: string;
  readonly correlationId: string;
  readonly begun: number;
  readonly body: Body;
  readonly message: CallMessage;
  /** Where the message is not what the body says any more: what a modern server is sent beside it. */
  readonly rewritten?: { readonly headers: Readonly<Record<string, string>> };
}

export interface CallMessage {
  readonly id?: unknown;
  readonly params: { readonly name: string; readonly arguments?: Record<string, unknown> };
}

/** What both eras' direct calls have in common: bytes go through, only the tool has its server's own name. */
export function passDirectly(
  call: ArrivedCall,
  to: {
    readonly server: UpstreamServer;
    readonly target: Target;
    readonly headers: Readonly<Record<string, string>>;
    /** The answers with these statuses are not the caller's: it is answered in another way. */
    readonly handsOver: 'unknown-session' | readonly number[];
    readonly onHandOver: (status?: number) => void;
    readonly hooks?: PassageHooks;
    /** Who hears the answer in place of the passage, and passes on what is for the caller. */
    readonly sinkFor?: (passage: Passage) => AnswerSink;
  },
  deps: PassageDeps,
): Passage {
  const { request, response, caller, correlationId, begun, body, message, rewritten } = call;
  const edge = { request, response, server: to.server, caller, correlationId, begun };
  const { handsOver } = to;
  const passage = new Passage(edge, deps, {
    ...to.hooks,
    hidden: ['mcp-session-id'],
    onHeaders: (status, headers) => {
      if (handsOver !== 'unknown-session' && handsOver.includes(status)) {
        to.onHandOver(status);
        return false;
      }
      return to.hooks?.onHeaders?.(status, headers) ?? headers;
    },
  });
  const onUnknownSession = async (): Promise<false> => {
    passage.handOver();
    to.onHandOver();
    return false;
  };
  const renamed = withToolName(rewritten ? undefined : body.held(), message, to.target.name);
  const toSend = {
    method: 'POST',
    headers: (own: Readonly<Record<string, string>>) => headersUpstream(request.rawHeaders, { ...to.headers, ...own }),
    body: { isHeld: true, toSend: () => renamed },
    ...(handsOver === 'unknown-session' ? { onUnknownSession } : {}),
  };
  passage.start(body, toSend, to.sinkFor?.(passage));
  return passage;
}

/** The body with another tool name: in place where that is certainly its name, written anew otherwise. */
export function withToolName(held: Uint8Array | undefined, message: CallMessage, name: string): Uint8Array {
  if (held) {
    const buffer = Buffer.from(held.buffer, held.byteOffset, held.byteLength);
    const written = `"name":${JSON.stringify(message.params.name)}`;
    const at = buffer.indexOf(written);
    // Behind these a member of the same name and value could be another's.
    const isCertain = [`"arguments"`, `"_meta"`].every((member) => {
      const before = buffer.indexOf(member);
      return before < 0 || before > at;
    });
    if (at >= 0 && isCertain) {
      const replacement = Buffer.from(`"name":${JSON.stringify(name)}`);
      return Buffer.concat([buffer.subarray(0, at), replacement, buffer.subarray(at + Buffer.byteLength(written))]);
    }
  }
  return Buffer.from(JSON.stringify({ ...message, params: { ...message.params, name } }));
}
