import type { Result, Server, ServerContext } from '@modelcontextprotocol/server';
import { INTERNAL_ERROR, INVALID_PARAMS, mayHaveRun } from '../../model/json-rpc.ts';
import type { Problem } from '../../model/problem.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import { AnswerLost, TurnedAway } from '../../upstream/upstream-fetch.ts';
import { NOT_NOW, type NotNow } from '../login-required.ts';
import { answerToSignIn, askedByResult, tellOfWait } from './ask-to-sign-in.ts';
import type { Catalogue, Target } from './catalogue.ts';
import { GATEHOUSE_INFO } from './gatehouse-info.ts';
import { paramHeaders } from './param-headers.ts';
import type { Profile } from './profile.ts';
import { FIND_TOOLS, type Finder, innerCallOf, isOfSearch, SEARCH_INSTRUCTIONS } from './search/finder.ts';
import { isSearched, meetsSearch, type ToolListing } from './search/tool-listing.ts';
import { withShownAddresses } from './shown-addresses.ts';
import type { View } from './view.ts';

/** What a caller asks for, on its way to one server. */
export interface Forwarded {
  readonly method: string;
  readonly params: Record<string, unknown>;
  /** Of a call to a modern server: what repeats its arguments. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a subscription: the resource's address as the caller has it. */
  readonly shownAs?: string;
}

/** A place that nobody knows yet, at a server from which has to be chosen. */
interface Unseen extends Target {
  /** Once the server has answered: fails where it does not offer this, or not to this caller. */
  readonly verify: () => Promise<unknown>;
}

/** Asked where nothing else may go to a server unseen: it shows whether there is a way to it. */
const LOOK: Forwarded = { method: 'tools/list', params: {} };

/** The caller that is served: what it sees, and how its requests reach the servers. */
export interface Behalf {
  readonly view: View;
  readonly listing: ToolListing;
  /** What this request's caller can be asked. */
  profile(context: ServerContext): Profile;
  forward(server: Upstream, request: Forwarded, context: ServerContext): Promise<Result>;
  /** For all servers that are spoken to on its behalf. */
  setLogLevel(level: string): void;
}

export interface CallerServerDeps {
  readonly notNow: (server: Upstream, problem: Problem) => NotNow;
  readonly onCall: (server: string) => void;
  readonly newId: () => string;
  readonly finder: Finder;
  /** More tools than this are found by search; false: never. */
  readonly searchAbove: () => number | false;
  /** True when the server can be used; false when nobody waits any more, or it took longer than a sign-in may. */
  readonly untilUsable: (server: Upstream, signal: AbortSignal, stillWaiting?: () => void) => Promise<boolean>;
}

/** What may be answered with a question. @see MCP 2026-07-28, basic/patterns/mrtr */
const ASKING_METHODS: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);

const KEY_IS_LIMITED = 'The key of this caller is limited: "gatehouse callers list" tells to what.';

/** What answers one caller on `/mcp`, for callers of both eras: lists from the catalogue, everything else from the server that it names. */
export async function createCallerServer(behalf: Behalf, deps: CallerServerDeps): Promise<Server> {
  const sdk = await import('@modelcontextprotocol/server');
  const { view, listing } = behalf;
  const server = new sdk.Server(GATEHOUSE_INFO, {
    ...(meetsSearch(behalf) ? { instructions: SEARCH_INSTRUCTIONS } : {}),
    capabilities: {
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
      completions: {},
      logging: {},
    },
  });
  const { finder } = deps;
  const refuse = (message: string) => new sdk.ProtocolError(INVALID_PARAMS, message);

  const forward = async (target: Target | Unseen, request: Forwarded, context: ServerContext): Promise<never> => {
    const upstream = view.server(target.server);
    if (!upstream) throw refuse(`There is no server "${target.server}" here any more.`);
    deps.onCall(upstream.name);
    const answer = answerToSignIn(context);
    if (answer === 'went' && upstream.state.kind !== 'ready') {
      await deps.untilUsable(upstream, context.mcpReq.signal, tellOfWait(context, upstream));
      if (view.server(upstream.name) !== upstream) throw refuse(`There is no server "${upstream.name}" here any more.`);
    }
    try {
      if ('verify' in target) {
        await behalf.forward(upstream, LOOK, context);
        await target.verify();
      }
      const result = await behalf.forward(upstream, request, context);
      const known = view.known(behalf.profile(context));
      if (!known.isContested(upstream.name)) return result as never;
      return withShownAddresses(result, (uri) => known.shownAddress(upstream.name, uri)) as never;
    } catch (error) {
      const turnedAway = findCause(error, (cause) => (cause instanceof TurnedAway ? cause : undefined));
      if (turnedAway) return turnAway(upstream, turnedAway.problem, answer === undefined, context);
      const lost = findCause(error, (cause) => (cause instanceof AnswerLost ? cause : undefined));
      if (lost) {
        const sentence = mayHaveRun(`${upstream.name}: ${lost.message}.`);
        throw new sdk.ProtocolError(INTERNAL_ERROR, sentence);
      }
      throw error;
    }
  };
  /** E2: a caller that can show its person a link gets it in the way of its revision, once for each request. */
  const turnAway = (upstream: Upstream, problem: Problem, mayAsk: boolean, context: ServerContext): never => {
    const { message, data } = deps.notNow(upstream, problem);
    const { elicitation } = behalf.profile(context).capabilities;
    if (data.url === undefined || !mayAsk || !elicitation || !('url' in elicitation)) {
      throw new sdk.ProtocolError(NOT_NOW, message, data);
    }
    const link = { url: data.url, message, id: deps.newId() };
    const isModern = context.mcpReq.envelope !== undefined;
    if (isModern && ASKING_METHODS.has(context.mcpReq.method)) return askedByResult(link) as never;
    if (isModern) throw new sdk.ProtocolError(NOT_NOW, message, data);
    void deps.untilUsable(upstream, new AbortController().signal).then((usable) => {
      const params = { elicitationId: link.id };
      if (usable) void server.notification({ method: 'notifications/elicitation/complete', params }).catch(() => {});
    });
    const asked = { mode: 'url' as const, elicitationId: link.id, url: link.url, message };
    throw new sdk.UrlElicitationRequiredError([asked], message);
  };
  /** Where a name leads; what nobody knows yet may have come a moment ago. */
  const find = async (
    context: ServerContext,
    name: string,
    look: (known: Catalogue) => Target | undefined,
    missing: string,
    near: (known: Catalogue) => Promise<string> = async () => '',
  ): Promise<Target | Unseen> => {
    const profile = behalf.profile(context);
    const target = look(view.known(profile)) ?? look(await view.catalogue(profile));
    if (target) return target;
    const refusal = async () => {
      const sentence = `${missing}${await near(view.known(profile))}`;
      const parts = [sentence, ...view.heldBack().map(heldBack), ...(view.isLimited ? [KEY_IS_LIMITED] : [])];
      return refuse(parts.join(' '));
    };
    const alone = view.unknownAlone(profile);
    // A caller knows the name from before; its server is asked, or says why it cannot be.
    const meant = alone ? { server: alone.name, name } : view.unknownByName(name, profile);
    if (!meant) throw await refusal();
    if (!view.isChosen({ name: meant.server })) return meant;
    const verify = async (): Promise<void> => {
      if (!look(await view.catalogue(profile))) throw await refusal();
    };
    return { ...meant, verify };
  };
  const byResource = (context: ServerContext, uri: string): Promise<Target | Unseen> =>
    find(context, uri, (known) => known.resource(uri), `No server here has the resource ${uri}.`);

  const list = async <T>(
    { method, params }: { readonly method: string; readonly params?: object | undefined },
    context: ServerContext,
    pick: (known: Catalogue) => T,
  ): Promise<T> => {
    const profile = behalf.profile(context);
    const known = await view.catalogue(profile);
    const alone = view.unknownAlone(profile);
    if (!alone) return pick(known);
    if (view.isChosen(alone)) {
      await forward({ server: alone.name, name: '' }, LOOK, context);
      return pick(await view.catalogue(profile));
    }
    return forward({ server: alone.name, name: '' }, { method, params: { ...params } }, context);
  };

  const searches = (known: Catalogue): boolean => isSearched(behalf, known, deps.searchAbove());

  server.setRequestHandler('tools/list', async (request, context) => {
    if (listing === 'search') return { tools: [...finder.tools(await view.catalogue(behalf.profile(context)))] };
    return list(request, context, (known) => ({ tools: [...(searches(known) ? finder.tools(known) : known.tools)] }));
  });
  server.setRequestHandler('prompts/list', (request, context) =>
    list(request, context, ({ prompts }) => ({ prompts: [...prompts] })),
  );
  server.setRequestHandler('resources/list', (request, context) =>
    list(request, context, ({ resources }) => ({ resources: [...resources] })),
  );
  server.setRequestHandler('resources/templates/list', (request, context) =>
    list(request, context, ({ templates }) => ({ resourceTemplates: [...templates] })),
  );
  /** What the search answers itself, or the call that is meant. */
  const bySearch = async <
    T extends { readonly name: string; readonly arguments?: Record<string, unknown> | undefined },
  >(
    params: T,
    context: ServerContext,
  ): Promise<{ readonly call: T } | { readonly answer: Result }> => {
    const { name } = params;
    const profile = behalf.profile(context);
    if (!meetsSearch(behalf) || !isOfSearch(name, view.known(profile), searches)) return { call: params };
    const alone = view.unknownAlone(profile);
    if (name === FIND_TOOLS) {
      const looked = alone && ((await forward({ server: alone.name, name: '' }, LOOK, context)) as Result);
      if (looked?.resultType === 'input_required') return { answer: looked };
      return { answer: await finder.find(await view.catalogue(profile), params.arguments) };
    }
    const inner = innerCallOf(params.arguments);
    if (typeof inner !== 'string' && alone) return { call: { ...params, ...inner } };
    const isKnown = typeof inner !== 'string' && view.known(profile).definition(inner.name) !== undefined;
    const answer = await finder.refusal(isKnown ? view.known(profile) : await view.catalogue(profile), inner);
    if (answer || typeof inner === 'string') return { answer: answer ?? {} };
    return { call: { ...params, ...inner } };
  };
  server.setRequestHandler('tools/call', async ({ method, params }, context) => {
    const meant = await bySearch(params, context);
    if ('answer' in meant) return meant.answer as never;
    const { name } = meant.call;
    const missing = `There is no tool "${name}" here.`;
    const target = await find(
      context,
      name,
      (known) => known.tool(name),
      missing,
      (known) => finder.near(known, name),
    );
    const definition = view.known(behalf.profile(context)).definition(name);
    const headers = definition && paramHeaders(definition.inputSchema, meant.call.arguments);
    const call = { method, params: { ...meant.call, name: target.name }, ...(headers ? { headers } : {}) };
    return forward(target, call, context);
  });
  server.setRequestHandler('prompts/get', async ({ method, params }, context) => {
    const target = await find(
      context,
      params.name,
      (known) => known.prompt(params.name),
      `There is no prompt "${params.name}" here.`,
    );
    return forward(target, { method, params: { ...params, name: target.name } }, context);
  });
  server.setRequestHandler('resources/read', async ({ method, params }, context) => {
    const target = await byResource(context, params.uri);
    return forward(target, { method, params: { ...params, uri: target.name } }, context);
  });
  for (const method of ['resources/subscribe', 'resources/unsubscribe'] as const) {
    server.setRequestHandler(method, async ({ params }, context) => {
      const target = await byResource(context, params.uri);
      const request = { method, params: { ...params, uri: target.name }, shownAs: params.uri };
      return forward(target, request, context);
    });
  }
  server.setRequestHandler('completion/complete', async ({ method, params }, context) => {
    const { ref } = params;
    const target =
      ref.type === 'ref/prompt'
        ? await find(context, ref.name, (known) => known.prompt(ref.name), `There is no prompt "${ref.name}" here.`)
        : await byResource(context, ref.uri);
    const own = ref.type === 'ref/prompt' ? { ...ref, name: target.name } : { ...ref, uri: target.name };
    return forward(target, { method, params: { ...params, ref: own } }, context);
  });
  server.setRequestHandler('logging/setLevel', async ({ params }) => {
    behalf.setLogLevel(params.level);
    return {};
  });
  return server;
}

/** Scenario 45: said to whoever misses a tool. */
function heldBack(server: string): string {
  return `Tools of ${server} changed and are held back until a person approves them: "gatehouse tools ${server}".`;
}

/**
 * Of a modern server's round trips nothing is kept here: what it asked goes to the caller as a result, what the caller
 * answers goes back with the next request. The SDK takes both out of the parameters.
 */
export function withAnswers(request: Forwarded, { mcpReq }: ServerContext): Forwarded {
  const requestState = mcpReq.requestState<string>();
  const { inputResponses } = mcpReq;
  const params = {
    ...request.params,
    ...(requestState === undefined ? {} : { requestState }),
    ...(inputResponses === undefined ? {} : { inputResponses }),
  };
  return { ...request, params };
}

/** The SDKs wrap what was thrown below them. */
function findCause<T>(error: unknown, match: (cause: unknown) => T | undefined): T | undefined {
  for (let cause = error, depth = 0; cause !== undefined && cause !== null && depth < 8; depth += 1) {
    const found = match(cause);
    if (found) return found;
    cause = cause instanceof Error ? (cause.cause ?? dataCause(cause)) : undefined;
  }
  return undefined;
}

function dataCause(error: Error): unknown {
  const data: unknown = 'data' in error ? error.data : undefined;
  return typeof data === 'object' && data !== null && 'cause' in data ? data.cause : undefined;
}
