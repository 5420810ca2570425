import type { IncomingMessage } from 'node:http';
import type { ExchangeKind } from './exchange-record.ts';
import { ROUTES } from './provider-configuration.ts';
import type { Endpoint, GrantType, MetadataPlace } from './switches.ts';

/** A request to the authorization server as it arrived, read but not judged. */
export interface Incoming {
  endpoint: Endpoint | 'interaction' | 'other';
  kind?: ExchangeKind;
  /** The path and query as oidc-provider knows them: without the issuer's path. */
  url: string;
  body: Buffer | undefined;
  metadataPlace?: MetadataPlace;
  grantType?: GrantType;
  clientId?: string;
  resource?: string;
  scope?: string;
}

function metadataPlaceOf(pathname: string, issuerPath: string): MetadataPlace | undefined {
  if (pathname === `/.well-known/oauth-authorization-server${issuerPath}`) return 'oauth-authorization-server';
  if (pathname === `/.well-known/openid-configuration${issuerPath}`) return 'openid-configuration';
  if (pathname === `${issuerPath}/.well-known/openid-configuration`) return 'openid-configuration-after-the-path';
  return undefined;
}

function endpointOf(path: string, method: string | undefined): Incoming['endpoint'] {
  if (path.startsWith('/interaction/')) return 'interaction';
  if (path === ROUTES.authorization) return 'authorization';
  if (method !== 'POST') return 'other';
  if (path === ROUTES.token) return 'token';
  if (path === ROUTES.registration) return 'registration';
  if (path === ROUTES.revocation) return 'revocation';
  if (path === ROUTES.introspection) return 'introspection';
  if (path === ROUTES.device_authorization) return 'device-authorization';
  return 'other';
}

export const BODY_IS_READ: ReadonlySet<Incoming['endpoint']> = new Set<Incoming['endpoint']>([
  'token',
  'registration',
  'revocation',
  'introspection',
  'device-authorization',
]);

/** RFC 6749 2.3.1: the id before the colon, form-encoded. */
function basicClientId(header: string | undefined): string | undefined {
  if (header === undefined || !/^basic /i.test(header)) return undefined;
  const [id = ''] = Buffer.from(header.slice(6), 'base64').toString().split(':');
  try {
    return decodeURIComponent(id.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

const TOKEN_KINDS: Readonly<Record<GrantType, ExchangeKind>> = {
  authorization_code: 'code-exchange',
  refresh_token: 'refresh',
  client_credentials: 'client-token',
  'urn:ietf:params:oauth:grant-type:device_code': 'device-poll',
};

function isGrantType(text: string | null): text is GrantType {
  return text !== null && Object.hasOwn(TOKEN_KINDS, text);
}

function kindOf(endpoint: Incoming['endpoint'], grantType: GrantType | undefined): ExchangeKind | undefined {
  if (endpoint === 'interaction' || endpoint === 'other') return undefined;
  if (endpoint !== 'token') return endpoint;
  return grantType && TOKEN_KINDS[grantType];
}

export async function readIncoming(
  request: IncomingMessage,
  issuerPath: string,
  read: (request: IncomingMessage) => Promise<Buffer>,
): Promise<Incoming> {
  const { pathname, search, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const metadataPlace = metadataPlaceOf(pathname, issuerPath);
  if (metadataPlace !== undefined) {
    const url = '/.well-known/openid-configuration';
    return { endpoint: 'metadata', kind: 'metadata', url, body: undefined, metadataPlace };
  }
  const belongs = pathname === issuerPath || pathname.startsWith(`${issuerPath}/`);
  if (!belongs || pathname.startsWith(`${issuerPath}/.well-known/`)) {
    return { endpoint: 'other', url: '/nothing-here', body: undefined };
  }
  const path = pathname.slice(issuerPath.length);
  const endpoint = endpointOf(path, request.method);
  const body = BODY_IS_READ.has(endpoint) ? await read(request) : undefined;
  const isForm = /urlencoded/i.test(request.headers['content-type'] ?? '');
  const fields = body === undefined ? searchParams : new URLSearchParams(isForm ? body.toString() : '');
  const wanted = fields.get('grant_type');
  const grantType = isGrantType(wanted) ? wanted : undefined;
  const kind = kindOf(endpoint, grantType);
  const clientId = fields.get('client_id') ?? basicClientId(request.headers.authorization);
  const resource = fields.get('resource');
  const scope = fields.get('scope');
  return {
    endpoint,
    url: `${path}${search}`,
    body,
    ...(kind === undefined ? {} : { kind }),
    ...(grantType === undefined ? {} : { grantType }),
    ...(clientId === null || clientId === undefined ? {} : { clientId }),
    ...(resource === null ? {} : { resource }),
    ...(scope === null ? {} : { scope }),
  };
}
