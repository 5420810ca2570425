import type { IncomingMessage } from 'node:http';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { EpochMs } from '../../src-main/engine/model/ids.ts';
import { ROUTES } from './provider-configuration.ts';
import type { GrantType, Switches } from './switches.ts';
import { happens } from './times.ts';

/** What is known of a request that is being served. Tied to the request object. */
export interface Passage {
  grantType?: GrantType;
  error?: string;
  answerLost?: true;
}

/** A secret that went out, and to what purpose. */
export interface Issued {
  readonly kind: 'accessToken' | 'refreshToken' | 'code' | 'clientSecret' | 'deviceCode';
  readonly secret: string;
  readonly at: EpochMs;
}

const ISSUED_AS: readonly (readonly [string, Issued['kind']])[] = [
  ['access_token', 'accessToken'],
  ['refresh_token', 'refreshToken'],
  ['client_secret', 'clientSecret'],
  ['device_code', 'deviceCode'],
];

const SECRETS_GO_OUT: ReadonlySet<string> = new Set([ROUTES.token, ROUTES.registration, ROUTES.device_authorization]);

function issuedIn(body: unknown): Issued[] {
  if (typeof body !== 'object' || body === null) return [];
  const members = new Map(Object.entries(body));
  const at = Date.now();
  return ISSUED_AS.flatMap(([name, kind]) => {
    const secret: unknown = members.get(name);
    return typeof secret === 'string' && secret !== '' ? [{ kind, secret, at }] : [];
  });
}

function codeIn(location: string): Issued[] {
  const code = URL.parse(location)?.searchParams.get('code') ?? '';
  return code === '' ? [] : [{ kind: 'code', secret: code, at: Date.now() }];
}

function laidOver(body: unknown, changes: Record<string, unknown>): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const merged = { ...body, ...changes };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

function changeIss(location: string, replaceWith: string | null): string {
  const url = new URL(location);
  if (!url.searchParams.has('iss')) return location;
  if (replaceWith === null) url.searchParams.delete('iss');
  else url.searchParams.set('iss', replaceWith);
  return url.href;
}

const errorIn = (body: unknown): string | undefined =>
  typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : undefined;

/**
 * Koa middleware before oidc-provider's own: it works as it should, then its answer is bent as the switches say. What
 * goes out is noted in `issued`.
 */
export function bendAnswers(switches: Switches, passages: WeakMap<IncomingMessage, Passage>, issued: Issued[]) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    await next();
    const passage = passages.get(ctx.req) ?? {};
    const error = errorIn(ctx.body);
    if (error !== undefined) passage.error = error;
    const served = ctx.status >= 200 && ctx.status < 300;

    if (ctx.path.startsWith('/.well-known/') && served) {
      const registration = switches.offerRegistration ? {} : { registration_endpoint: null };
      const device = switches.offerDeviceSignIn ? {} : { device_authorization_endpoint: null };
      ctx.body = laidOver(ctx.body, { ...registration, ...device, ...switches.metadataChanges });
    }
    if (ctx.path === ROUTES.registration && served) ctx.body = laidOver(ctx.body, switches.registrationChanges);
    if (ctx.path === ROUTES.device_authorization && served) ctx.body = laidOver(ctx.body, switches.deviceChanges);
    if (ctx.path === ROUTES.token && served) {
      ctx.body = laidOver(ctx.body, switches.tokenChanges);
      ctx.status = switches.tokenStatus;
      if (passage.grantType !== undefined && happens(switches.lostAnswers.get(passage.grantType))) {
        passage.answerLost = true;
        ctx.respond = false;
        ctx.req.socket.destroy();
      }
    }
    const location = ctx.response.get('location');
    if (switches.iss !== undefined && location !== '' && URL.canParse(location)) {
      ctx.set('location', changeIss(location, switches.iss.replaceWith));
    }
    if (served && SECRETS_GO_OUT.has(ctx.path)) issued.push(...issuedIn(ctx.body));
    issued.push(...codeIn(location));
  };
}
