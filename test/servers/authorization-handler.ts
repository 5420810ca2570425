import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Provider } from 'oidc-provider';
import type { Passage } from './answer-changes.ts';
import type { ExchangeRecord } from './exchange-record.ts';
import { type Incoming, readIncoming } from './incoming-exchange.ts';
import { serveLoginPage } from './login-page.ts';
import { readBody, withBody } from './request-body.ts';
import type { Failure, Switches } from './switches.ts';
import { happens } from './times.ts';

export interface HandlerParts {
  provider: Provider;
  switches: Switches;
  record: ExchangeRecord;
  passages: WeakMap<IncomingMessage, Passage>;
  issuerPath: string;
  defaultScope: string;
  /** Resolves at once unless this endpoint hangs. */
  answers: (endpoint: string) => Promise<void>;
}

function answer(response: ServerResponse, status: number, headers: Record<string, string>, body: string): void {
  response.writeHead(status, { 'cache-control': 'no-store', ...headers });
  response.end(body);
}

function answerError(response: ServerResponse, status: number, error: string, description?: string): string {
  const body = description === undefined ? { error } : { error, error_description: description };
  answer(response, status, { 'content-type': 'application/json' }, JSON.stringify(body));
  return error;
}

const failureNow = (switches: Switches, endpoint: Incoming['endpoint']): Failure | undefined => {
  if (endpoint === 'interaction' || endpoint === 'other') return undefined;
  const failure = switches.failures.get(endpoint);
  return happens(failure?.times) ? failure : undefined;
};

/** Refusals that come before oidc-provider sees the request, so that it consumes nothing. Returns the error sent. */
function refuse(switches: Switches, incoming: Incoming, response: ServerResponse): string | undefined {
  if (incoming.endpoint === 'registration') {
    if (!switches.offerRegistration) return answerError(response, 404, 'invalid_request', 'no registration here');
    const refusal = switches.registrationRefusal;
    if (refusal !== undefined && happens(refusal.times)) {
      return answerError(response, refusal.status, refusal.error, refusal.description);
    }
  }
  if (incoming.endpoint === 'device-authorization' && !switches.offerDeviceSignIn) {
    return answerError(response, 404, 'invalid_request', 'no device sign-in here');
  }
  if (incoming.endpoint === 'token' && incoming.grantType !== undefined) {
    const refusal = switches.tokenRefusals.get(incoming.grantType);
    if (refusal !== undefined && happens(refusal.times)) {
      return answerError(response, refusal.status, refusal.error, refusal.description);
    }
    if (switches.validateResource && incoming.resource === undefined) {
      const detail = [{ type: 'missing', loc: ['body', 'resource'], msg: 'Field required', input: null }];
      answer(response, 422, { 'content-type': 'application/json' }, JSON.stringify({ detail }));
      return 'validation';
    }
    if (switches.requireResource && incoming.resource === undefined) {
      return answerError(response, 400, 'invalid_target', 'resource is required');
    }
  }
  return undefined;
}

/** RFC 6749 3.3: without a scope in the request the server uses its default; oidc-provider has none. */
function withDefaultScope(url: string, scope: string): string {
  const parsed = new URL(url, 'http://localhost');
  if (!parsed.searchParams.has('scope') && scope !== '') parsed.searchParams.set('scope', scope);
  return `${parsed.pathname}${parsed.search}`;
}

/** The requests of an authorization server, with everything that can go wrong before and after oidc-provider. */
export function authorizationHandler(parts: HandlerParts) {
  const { provider, switches, record, passages } = parts;
  const provide = provider.callback();

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = Date.now();
    const incoming = await readIncoming(request, parts.issuerPath, readBody);
    const { endpoint, kind } = incoming;
    const passage: Passage = incoming.grantType === undefined ? {} : { grantType: incoming.grantType };
    if (kind !== undefined) {
      let answeredAt: number | undefined;
      response.once('prefinish', () => {
        answeredAt = performance.timeOrigin + performance.now();
      });
      response.once('close', () => {
        const answered = response.headersSent && passage.answerLost === undefined;
        const issued = passage.answerLost === true || (response.writableFinished && response.statusCode < 400);
        record.ended({
          at,
          kind,
          ok: issued && passage.error === undefined,
          ...(answered ? { status: response.statusCode } : {}),
          ...(answeredAt === undefined ? {} : { answeredAt }),
          ...passage,
          ...(incoming.clientId === undefined ? {} : { clientId: incoming.clientId }),
          ...(incoming.resource === undefined ? {} : { resource: incoming.resource }),
          ...(incoming.scope === undefined ? {} : { scope: incoming.scope }),
        });
      });
      record.arrived(kind);
    }
    if (switches.delayMs > 0) await delay(switches.delayMs);
    await parts.answers(endpoint);
    if (response.destroyed || request.socket.destroyed) return;

    const failure = failureNow(switches, endpoint);
    if (failure !== undefined) {
      answer(response, failure.status, failure.headers, failure.body);
      return;
    }
    const refused = refuse(switches, incoming, response);
    if (refused !== undefined) {
      passage.error = refused;
      return;
    }
    if (incoming.metadataPlace !== undefined && !switches.metadataPlaces.includes(incoming.metadataPlace)) {
      answer(response, 404, { 'content-type': 'text/plain' }, 'Not Found\n');
      return;
    }
    if (endpoint === 'interaction') {
      await serveLoginPage(provider, switches, request, response);
      return;
    }
    const url = endpoint === 'authorization' ? withDefaultScope(incoming.url, parts.defaultScope) : incoming.url;
    const handedOn = incoming.body === undefined ? request : withBody(request, incoming.body, url);
    // oidc-provider takes the issuer's path from the difference of the two, as Express leaves it.
    Object.assign(handedOn, { url, originalUrl: `${parts.issuerPath}${url}` });
    passages.set(handedOn, passage);
    await provide(handedOn, response);
  };

  return (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response).catch((error: unknown) => {
      if (request.socket.destroyed) return;
      console.error('The test authorization server has a bug:', error);
      if (!response.headersSent) answer(response, 500, { 'content-type': 'text/plain' }, 'Internal Server Error\n');
      else response.destroy();
    });
  };
}
