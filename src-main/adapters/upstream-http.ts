import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import Agent from 'undici/lib/dispatcher/agent.js';
import type { UpstreamFailure, UpstreamHandler, UpstreamHttp } from '../engine/ports.ts';
import { createConnector } from './connector.ts';
import { ProxyFailure } from './proxy-failure.ts';
import type { ProxyFor } from './proxy-variables.ts';
import { RenewableAgents } from './renewable-agents.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** A tool may work for long before it answers; callers give up on their own long before this. */
const HEADERS_TIMEOUT_MS = 15 * 60_000;

/** Undici's words for "the request was never sent". */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

export interface SystemUpstreamHttp extends UpstreamHttp {
  /** @param pem certificates to trust beside Node's own list; undefined: none */
  trust(pem: string | undefined): void;
  /** Ends every connection; exchanges under way fail. */
  close(): Promise<void>;
}

export interface UpstreamHttpOptions {
  /** Instead of the system's name service. */
  readonly lookup?: LookupFunction;
  /** Certificates (PEM) to trust beside Node's own list, which NODE_EXTRA_CA_CERTS extends. */
  readonly ca?: string;
  readonly proxyFor?: ProxyFor | undefined;
}

/** What the lane sends, over connections that are kept alive; streams without an end have connections of their own. */
export function createUpstreamHttp(options: UpstreamHttpOptions = {}): SystemUpstreamHttp {
  const agents = new RenewableAgents<'calls' | 'streams'>(options.ca, (secureContext) => {
    const connect = createConnector({ ...options, timeoutMs: CONNECT_TIMEOUT_MS, secureContext });
    const agentOptions: Agent.Options = {
      connect,
      headersTimeout: HEADERS_TIMEOUT_MS,
      bodyTimeout: 0,
      keepAliveTimeout: 30_000,
    };
    return { calls: new Agent(agentOptions), streams: new Agent(agentOptions) };
  });
  return {
    send(request, handler) {
      const agent = agents.get(request.isLongStream ? 'streams' : 'calls');
      const sending: Dispatcher.DispatchOptions = {
        origin: request.url.origin,
        path: request.url.pathname + request.url.search,
        method: request.method as Dispatcher.HttpMethod,
        headers: request.headers as string[],
        // The types know streams only as Node's own; the client takes any async iterable.
        body: (request.body ?? null) as Uint8Array | null,
      };
      try {
        agent.dispatch(sending, new ForHandler(handler));
      } catch (error) {
        // A header or method that undici does not send.
        handler.onError({ kind: 'lost', detail: error instanceof Error ? error.message : String(error) });
      }
    },
    trust: (pem) => agents.trust(pem),
    close: () => agents.destroy(),
  };
}

class Aborted extends Error {}

class ForHandler implements Dispatcher.DispatchHandler {
  readonly #handler: UpstreamHandler;

  constructor(handler: UpstreamHandler) {
    this.#handler = handler;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#handler.onStart({
      pause: () => controller.pause(),
      resume: () => controller.resume(),
      abort: () => controller.abort(new Aborted('the caller went away')),
    });
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // 1xx come before the answer.
    if (status < 200) return;
    this.#handler.onHeaders(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    // Resumed in the middle of a piece undici hands out its empty rest first: whoever paused at that would never get on.
    if (chunk.length > 0) this.#handler.onData(chunk);
  }

  onResponseEnd(): void {
    this.#handler.onEnd();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#handler.onError(failureOf(error));
  }
}

function failureOf(error: Error & { code?: string; errors?: readonly (Error & { code?: string })[] }): UpstreamFailure {
  if (error instanceof Aborted) return { kind: 'aborted', detail: error.message };
  if (error instanceof ProxyFailure) return { kind: 'refused', detail: error.message };
  // Several addresses of one name were tried: the first one's trouble stands for all.
  const cause = error.errors?.[0] ?? error;
  const code = cause.code ?? error.code ?? '';
  if (NOT_SENT.has(code)) return { kind: 'refused', detail: code };
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return { kind: 'timed-out', detail: code };
  if (code.startsWith('ERR_TLS') || code.includes('CERT')) return { kind: 'refused', detail: code };
  return { kind: 'lost', detail: code || error.message };
}
