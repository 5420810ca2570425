import type { Transport } from '@modelcontextprotocol/client';
import { endedUnanswered } from '../model/json-rpc.ts';

/** The SDK waits on when a request's stream is over, cannot be resumed, and has not brought the answer. */
export function withEndedStreamsTold(transport: Transport, server: string): Transport {
  const send = transport.send.bind(transport);
  transport.send = (message, options) => {
    const isTold = !('method' in message && 'id' in message) || options?.onRequestStreamEnd !== undefined;
    if (isTold) return send(message, options);
    const onRequestStreamEnd = (): void => {
      // One that was answered is not waited for any more.
      transport.onmessage?.({ jsonrpc: '2.0', id: message.id, error: endedUnanswered(server) });
    };
    return send(message, { ...options, onRequestStreamEnd });
  };
  return transport;
}
