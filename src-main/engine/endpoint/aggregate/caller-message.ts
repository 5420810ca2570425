import type { ClientCapabilities } from '@modelcontextprotocol/client';
import { CLIENT_CAPABILITIES, PROTOCOL_VERSION } from '../../upstream/modern-meta.ts';
import type { ArrivedCall, CallMessage } from './direct-call.ts';

export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

export function methodOf(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null || !('method' in message)) return undefined;
  return typeof message.method === 'string' ? message.method : undefined;
}

export function isCall(message: unknown): message is CallMessage {
  if (methodOf(message) !== 'tools/call') return false;
  const { params } = message as { params?: { name?: unknown } };
  return typeof params?.name === 'string';
}

/** Each request of a modern caller says so itself. @see MCP 2026-07-28, basic, "Request metadata" */
export function isModern({ message }: ArrivedCall): boolean {
  return typeof metaOf(message.params)?.[PROTOCOL_VERSION] === 'string';
}

/** M2: what is not certainly the same goes to the SDK, which decodes, and refuses what differs (-32020). */
export function headersAgree({ request: { headers }, message: { params } }: ArrivedCall): boolean {
  return (
    headers['mcp-method'] === 'tools/call' &&
    headers['mcp-name'] === params.name &&
    headers['mcp-protocol-version'] === metaOf(params)?.[PROTOCOL_VERSION]
  );
}

export function capabilitiesIn(params: unknown): ClientCapabilities | undefined {
  const declared = metaOf(params)?.[CLIENT_CAPABILITIES];
  return typeof declared === 'object' && declared !== null ? declared : undefined;
}

function metaOf(params: unknown): Record<string, unknown> | undefined {
  return (params as { _meta?: Record<string, unknown> } | undefined)?._meta;
}

export function subscribedIn(message: unknown): readonly string[] {
  const { params } = message as { params?: { notifications?: { resourceSubscriptions?: unknown } } };
  const uris = params?.notifications?.resourceSubscriptions;
  return Array.isArray(uris) ? uris.filter((uri) => typeof uri === 'string') : [];
}
