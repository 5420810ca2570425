import { serverWords } from '../oauth/server-words.ts';
import type { HttpResponse } from '../ports.ts';
import { SERVER_INFO } from './modern-meta.ts';

/** "Unsupported protocol version": the one error by which the modern era can be told (the SDKs read it so too). */
const UNSUPPORTED_VERSION = -32_022;

/** M4: the answer to `server/discover` of one that knows it. Everything else may be of the era before. */
export function isModern(response: HttpResponse): boolean {
  if (response.status === 200 && Array.isArray(resultIn(response)?.supportedVersions)) return true;
  return memberOf(messageIn(response)?.error, 'code') === UNSUPPORTED_VERSION;
}

/** The result of a JSON-RPC answer, be it JSON or an event stream. */
export function resultIn(response: HttpResponse): Readonly<Record<string, unknown>> | undefined {
  const result = messageIn(response)?.result;
  return typeof result === 'object' && result !== null ? (result as Record<string, unknown>) : undefined;
}

function messageIn({ headers, body }: HttpResponse): Readonly<Record<string, unknown>> | undefined {
  const isStream = headers['content-type']?.startsWith('text/event-stream');
  const texts = isStream ? [...body.matchAll(/^data: ?(.*)$/gm)].map(([, data = '']) => data) : [body];
  for (const text of texts) {
    try {
      const message: unknown = JSON.parse(text);
      if (typeof message === 'object' && message !== null && ('result' in message || 'error' in message)) {
        return message as Record<string, unknown>;
      }
    } catch {
      // A line that is no message.
    }
  }
  return undefined;
}

/** As it calls itself in its first answer. */
export function serverNameIn(result: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const info = memberOf(result, 'serverInfo') ?? memberOf(memberOf(result, '_meta'), SERVER_INFO);
  return serverWords(memberOf(info, 'title')) ?? serverWords(memberOf(info, 'name'));
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
