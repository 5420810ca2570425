import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { oldStartLinkPage, PAGE_HEADERS, startPage } from '../login/pages.ts';
import { CALLBACK_PATH, DONE_PATH, type RedirectReceiver } from '../login/redirect-receiver.ts';
import { START_PATH, type StartLinks } from '../login/start-links.ts';
import type { ServerName } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { say } from '../model/sayings.ts';
import { sentenceFor } from '../model/words.ts';
import type { Random } from '../ports.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Aggregate } from './aggregate/aggregate.ts';
import { OWN_NAMES } from './aggregate/names.ts';
import type { View } from './aggregate/view.ts';
import type { Callers } from './callers.ts';
import { Groups } from './groups.ts';
import { admitCaller, checkHostAndOrigin } from './guard.ts';
import { type LaneDeps, throughLane } from './lane.ts';
import { OpenRequests } from './open-requests.ts';
import type { RedirectListeners } from './redirect-listeners.ts';

const HOST = '127.0.0.1';

/** What MCP's transports use. TRACE, for one, would show a caller the bearer token. */
const METHODS: ReadonlySet<string | undefined> = new Set(['POST', 'GET', 'DELETE']);

/** For a request to arrive whole; its answer may stream as long as it likes. */
const REQUEST_TIMEOUT_MS = 5 * 60_000;

export interface ListenerDeps {
  readonly lane: LaneDeps;
  readonly aggregate: Aggregate;
  /** What `/mcp` shows. */
  readonly allServers: View;
  readonly groups: Groups;
  readonly callers: Callers;
  readonly receiver: RedirectReceiver;
  readonly redirects: RedirectListeners;
  readonly startLinks: StartLinks;
  readonly random: Random;
  readonly server: (name: ServerName) => Upstream | undefined;
  /** Why there is no server of this name: unknown, or its entry in the configuration cannot be used. */
  readonly problemOf: (name: ServerName) => Problem;
  readonly onCall: (server: ServerName, caller: string) => void;
}

/** What an address of callers leads to. */
type Place = { readonly view: View } | { readonly server: Upstream } | { readonly problem: Problem };

/** What listens for callers and for the browser's way back: 127.0.0.1, one port, four kinds of paths. */
export class Listener {
  readonly #deps: ListenerDeps;
  readonly #http: Server;
  readonly #open = new OpenRequests();
  readonly #views = new Map<ServerName, View>();
  readonly #idPrefix: string;
  #port = 0;
  #requests = 0;

  constructor(deps: ListenerDeps) {
    this.#deps = deps;
    this.#idPrefix = deps.random.token(4);
    this.#http = createServer((request, response) => this.#route(request, response));
    this.#http.requestTimeout = REQUEST_TIMEOUT_MS;
    this.#http.headersTimeout = 20_000;
    this.#http.keepAliveTimeout = 65_000;
  }

  /** 0 until it listens. Kept: each request looks at it, and the server would ask the system. */
  get port(): number {
    return this.#port;
  }

  listen(port: number): Promise<Result<number>> {
    return new Promise((resolve) => {
      const onError = (error: NodeJS.ErrnoException): void => {
        const problem: Problem =
          error.code === 'EADDRINUSE'
            ? { code: 'port-busy', port }
            : { code: 'not-available', ...say('port-unusable', String(port), error.code ?? error.message) };
        resolve(fail(problem));
      };
      this.#http.once('error', onError);
      this.#http.listen(port, HOST, () => {
        this.#http.off('error', onError);
        this.#port = (this.#http.address() as AddressInfo).port;
        resolve(ok(this.#port));
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#http.close(() => resolve());
      this.#http.closeAllConnections();
    });
  }

  /** Ends what is being answered for a caller that was removed, or by a server that is switched off. */
  endRequestsOf(whose: Parameters<OpenRequests['endOf']>[0]): void {
    this.#open.endOf(whose);
  }

  #route(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request.url);
    // The callback wants nothing but a live `state`; it comes from a page of somebody else.
    if ((path === CALLBACK_PATH || this.#deps.redirects.expects(this.port, path)) && request.method === 'GET') {
      const url = new URL(request.url ?? '', `http://${HOST}`);
      this.#whenDone(response, this.#deps.receiver.receive(request, response, url));
      return;
    }
    const refusal = checkHostAndOrigin(request);
    if (refusal !== undefined) refuse(request, response, 403, refusal);
    else if (path === '/mcp' || path.startsWith('/mcp/')) this.#callerRequest(request, response, path);
    else if (path.startsWith(DONE_PATH) && request.method === 'GET') {
      this.#deps.receiver.showDone(response, path);
    } else if (path.startsWith(START_PATH)) this.#whenDone(response, this.#startLink(request, response, path));
    else refuse(request, response, 404, 'There is nothing at this address.');
  }

  /** A bug of ours ends in an answer, not in the end of the program. */
  #whenDone(response: ServerResponse, work: Promise<void>): void {
    work.catch((error: unknown) => {
      const detail = error instanceof Error ? error.message : String(error);
      this.#deps.lane.logger.error('request.bug', { detail });
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  }

  #callerRequest(request: IncomingMessage, response: ServerResponse, path: string): void {
    const admission = admitCaller(request, this.#deps.callers);
    if (!admission.ok) {
      refuse(request, response, 403, admission.sentence);
      return;
    }
    const place = this.#placeAt(path);
    if ('problem' in place) {
      refuse(request, response, 404, sentenceFor(place.problem));
      return;
    }
    if (!METHODS.has(request.method)) {
      response.setHeader('allow', [...METHODS].join(', '));
      refuse(request, response, 405, 'This address takes POST, GET and DELETE.');
      return;
    }
    if ('view' in place) {
      this.#open.add({ caller: admission.caller, response });
      this.#deps.aggregate.handle(request, response, admission.caller, place.view);
      return;
    }
    const { server } = place;
    const use = this.#deps.callers.accessOf(admission.caller).of(server.name);
    if (use === 'nothing') {
      refuse(request, response, 403, notAllowed(admission.caller, server.name));
      return;
    }
    this.#open.add({ server: server.name, caller: admission.caller, response });
    // Where a part of it is chosen, the caller is read; everybody else's bytes pass.
    if (server.transport !== 'http' || use === 'some' || this.#deps.aggregate.isHolding(server.name)) {
      this.#deps.aggregate.handle(request, response, admission.caller, this.#viewOf(server.name));
      return;
    }
    this.#deps.aggregate.keepWatch(server);
    this.#deps.onCall(server.name, admission.caller);
    this.#requests += 1;
    const correlationId = `q-${this.#idPrefix}-${this.#requests}`;
    throughLane(request, response, { server, caller: admission.caller, correlationId }, this.#deps.lane);
  }

  #placeAt(path: string): Place {
    if (path === '/mcp') return { view: this.#deps.allServers };
    const name = decode(path.slice('/mcp/'.length)) ?? '';
    const group = Groups.named(name);
    if (group === undefined) {
      const server = this.#deps.server(name);
      return server ? { server } : { problem: this.#deps.problemOf(name) };
    }
    const view = this.#deps.groups.view(group);
    return view ? { view } : { problem: this.#deps.groups.unknown(group) };
  }

  /** One server by way of the aggregate: alone, under its own names. */
  #viewOf(name: ServerName): View {
    const known = this.#views.get(name);
    if (known) return known;
    const alone = (): readonly Upstream[] => {
      const server = this.#deps.server(name);
      return server ? [server] : [];
    };
    const view = this.#deps.aggregate.view(name, alone, OWN_NAMES);
    this.#views.set(name, view);
    return view;
  }

  /** A caller's link: the page asks, its button starts or joins the flow and leads to the sign-in page. */
  async #startLink(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const name = this.#deps.startLinks.serverOf(path);
    const server = name === undefined ? undefined : this.#deps.server(name);
    // Not `no-referrer`: the button's request then names its origin, which the guard checks.
    const headers = { ...PAGE_HEADERS, 'referrer-policy': 'same-origin' };
    if (!server) {
      response.writeHead(404, headers).end(oldStartLinkPage());
    } else if (request.method !== 'POST') {
      response.writeHead(200, headers).end(startPage(server.name));
    } else {
      const started = await server.startLogin({ openBrowser: false, startOver: false });
      if (started.ok) response.writeHead(303, { ...headers, location: started.value.authorizationUrl }).end();
      else refuse(request, response, 409, sentenceFor(started.problem));
    }
    request.resume();
  }
}

function pathOf(url: string | undefined): string {
  const target = url ?? '/';
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

function notAllowed(caller: string, server: ServerName): string {
  return `The key of "${caller}" is limited and may not use the server "${server}". Change that with "gatehouse callers edit".`;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
  response.end(`${sentence}\n`);
  request.resume();
}
