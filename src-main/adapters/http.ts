import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { buildConnector } from 'undici';
import Agent from 'undici/lib/dispatcher/agent.js';
import { fail, ok, type Result } from '../engine/model/result.ts';
import type { Http, HttpRequest, HttpResponse, NamedAddresses } from '../engine/ports.ts';
import { type AddressKind, addressKind } from './address-kind.ts';
import { createConnector } from './connector.ts';
import { exchange, HEADER_LIMIT, problemOf } from './http-exchange.ts';
import type { ProxyFor } from './proxy-variables.ts';
import { type AddressRefused, literalRefusal, refusalByLookup } from './public-only.ts';
import { headersFor, isRedirect, redirectTarget } from './redirect.ts';
import { RenewableAgents } from './renewable-agents.ts';
import { hostnameOf, ServerPlaces } from './server-place.ts';

const CONNECT_TIMEOUT_MS = 10_000;

const KEPT_AT_MOST_MS = 5000;

export interface SystemHttp extends Http, NamedAddresses {
  /** @param pem certificates to trust beside Node's own list; undefined: none */
  trust(pem: string | undefined): void;
  /** Ends every connection; exchanges under way fail. */
  close(): Promise<void>;
}

export interface HttpOptions {
  /** Instead of the system's name service. */
  readonly lookup?: LookupFunction;
  /** Certificates (PEM) to trust beside Node's own list, which NODE_EXTRA_CA_CERTS extends. */
  readonly ca?: string;
  readonly proxyFor?: ProxyFor | undefined;
  /** Instead of what the internet's registries say about an address. */
  readonly addressKind?: AddressKind;
}

/** Small exchanges over connections that are kept and used again. The time limit is for the whole of one, redirects included. */
export function createHttp(options: HttpOptions = {}): SystemHttp {
  const { lookup = systemLookup, proxyFor, addressKind: kindOf = addressKind } = options;
  const connectors = { anywhere: undefined as buildConnector.connector | undefined };
  // A connection that was made to anywhere is never used where only public addresses may be.
  const agents = new RenewableAgents<'anywhere' | 'public'>(options.ca, (secureContext) => {
    const common = { timeoutMs: CONNECT_TIMEOUT_MS, lookup: options.lookup, secureContext, proxyFor };
    const anywhere = createConnector(common);
    connectors.anywhere = anywhere;
    return { anywhere: agentOf(anywhere), public: agentOf(createConnector({ ...common, publicOnly: kindOf })) };
  });
  const places = new ServerPlaces({
    connect: (target, callback) => connectors.anywhere?.(target, callback),
    kindOf,
    proxyFor,
  });

  /** D8: a public server leads to public addresses only. Where the server is, is looked at only when that matters. */
  async function exchangeAsNamed(request: HttpRequest, signal: AbortSignal): Promise<Result<HttpResponse>> {
    const { namedBy } = request;
    const isFree = namedBy === undefined || places.isKnownPrivate(new URL(namedBy));
    const answer = await exchange(agents.get(isFree ? 'anywhere' : 'public'), request, signal);
    if (isFree || answer.ok || answer.problem.code !== 'address-not-public') return answer;
    const allowed = await isPrivate(new URL(namedBy), request.timeoutMs, signal);
    if (!allowed.ok) return allowed;
    // Nothing was sent before.
    return allowed.value ? exchange(agents.get('anywhere'), request, signal) : answer;
  }

  async function isPrivate(server: URL, timeoutMs: number, signal: AbortSignal): Promise<Result<boolean>> {
    try {
      return ok(await places.isPrivate(server, signal));
    } catch (error) {
      if (signal.aborted) return fail({ code: 'timed-out', host: server.host, afterMs: timeoutMs });
      return fail(problemOf(error, server.host, 0));
    }
  }

  async function refusal(url: URL): Promise<AddressRefused | undefined> {
    const { protocol, port } = url;
    const hostname = hostnameOf(url);
    const literal = literalRefusal(hostname, kindOf);
    if (literal || proxyFor?.({ protocol, hostname, port }) !== undefined) return literal;
    return refusalByLookup(hostname, lookup, kindOf);
  }

  return {
    async send(request) {
      if (!URL.canParse(request.url) || !/^https?:$/.test(new URL(request.url).protocol)) {
        return fail({ code: 'unsafe-url', what: 'address', url: request.url, why: 'it is neither https nor http' });
      }
      return within(request.timeoutMs, (signal) => follow(request, (hop) => exchangeAsNamed(hop, signal)));
    },
    async checkNamed({ url, namedBy }) {
      const server = new URL(namedBy);
      if (places.isKnownPrivate(server)) return ok(undefined);
      const named = new URL(url);
      const refused = await refusal(named);
      if (!refused) return ok(undefined);
      const allowed = await within(CONNECT_TIMEOUT_MS, (signal) => isPrivate(server, CONNECT_TIMEOUT_MS, signal));
      if (!allowed.ok) return allowed;
      return allowed.value ? ok(undefined) : fail({ code: 'address-not-public', host: named.host, kind: refused.kind });
    },
    trust: (pem) => agents.trust(pem),
    close: () => agents.destroy(),
  };
}

function agentOf(connect: buildConnector.connector): Agent {
  // The exchange has one limit of its own.
  return new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: HEADER_LIMIT,
    connect,
    // However long a server would keep it: one that was kept through a sleep is dead, and an exchange would hang on it.
    keepAliveMaxTimeout: KEPT_AT_MOST_MS,
  });
}

async function within<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  try {
    return await work(limit.signal);
  } finally {
    clearTimeout(timer);
  }
}

async function follow(
  request: HttpRequest,
  ask: (hop: HttpRequest) => Promise<Result<HttpResponse>>,
): Promise<Result<HttpResponse>> {
  let url = new URL(request.url);
  let headers = request.headers;
  let remaining = request.method === 'GET' ? request.redirects : 0;
  for (;;) {
    const answer = await ask({ ...request, url: url.href, headers });
    if (!answer.ok) return answer;
    const { location } = answer.value.headers;
    if (remaining === 0 || location === undefined || !isRedirect(answer.value.status)) return answer;
    const target = redirectTarget(url, location);
    if (!target.ok) return target;
    headers = headersFor(target.value, url, headers);
    url = target.value;
    remaining -= 1;
  }
}
