import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import { PROTOCOL_VERSION } from './modern-meta.ts';

/**
 * Keeps the ids of an SDK's requests apart from those that callers send into the same session: a server tells the
 * requests of a session apart by nothing else.
 */
export function withOwnRequestIds(transport: Transport, prefix: string): Transport {
  const send = transport.send.bind(transport);
  transport.send = (message, options) => send(renamed(message, prefix), options);
  let listener: Transport['onmessage'];
  Object.defineProperty(transport, 'onmessage', {
    get: () => listener,
    set: (next: NonNullable<Transport['onmessage']> | undefined) => {
      listener = next && ((message, extra) => next(restored(message, prefix), extra));
    },
  });
  return transport;
}

function renamed(message: JSONRPCMessage, prefix: string): JSONRPCMessage {
  if (!('method' in message) || isModern(message)) return message;
  if ('id' in message) return { ...message, id: `${prefix}${message.id}` };
  if (message.method !== 'notifications/cancelled') return message;
  return { ...message, params: { ...message.params, requestId: `${prefix}${String(message.params?.requestId)}` } };
}

/** Without a session there is nothing that ids could meet in. */
function isModern({ params }: { params?: { _meta?: Record<string, unknown> | undefined } | undefined }): boolean {
  return params?._meta?.[PROTOCOL_VERSION] !== undefined;
}

function restored<T extends JSONRPCMessage>(message: T, prefix: string): T {
  if ('method' in message || typeof message.id !== 'string' || !message.id.startsWith(prefix)) return message;
  return { ...message, id: Number(message.id.slice(prefix.length)) };
}
