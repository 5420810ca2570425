import { createHash, randomBytes } from 'node:crypto';
import { signIn } from './sign-in.ts';

/** The little OAuth client that the test servers are tried with. It trusts everything and judges nothing. */
export interface PlainClient {
  readonly clientId: string;
  authorizationUrl(changes?: Record<string, string | null>): string;
  /** Signs in; the parameters of the authorization answer. */
  authorize(changes?: Record<string, string | null>): Promise<URLSearchParams>;
  exchange(code: string, changes?: Record<string, string | null>): Promise<TokenAnswer>;
  /** authorize() and exchange() in one. */
  login(changes?: Record<string, string | null>): Promise<TokenAnswer>;
  refresh(refreshToken: string, changes?: Record<string, string | null>): Promise<TokenAnswer>;
  revoke(token: string): Promise<number>;
}

export interface TokenAnswer {
  status: number;
  headers: Headers;
  text: string;
  json: Record<string, unknown>;
  accessToken: string;
  refreshToken: string;
}

export const REDIRECT_URI = 'http://127.0.0.1:7717/oauth/callback';

export function registration(issuer: string, changes: Record<string, unknown> = {}): Promise<Response> {
  return fetch(`${issuer}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Plain client',
      redirect_uris: [REDIRECT_URI],
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      ...changes,
    }),
  });
}

const without = (fields: Record<string, string | null>): URLSearchParams =>
  new URLSearchParams(Object.entries(fields).flatMap(([key, value]) => (value === null ? [] : [[key, value]])));

function asObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

export async function plainClient(issuer: string, given?: { clientId: string; secret?: string }): Promise<PlainClient> {
  const clientId = given?.clientId ?? String(asObject(await (await registration(issuer)).text()).client_id);
  const basic = given?.secret === undefined ? undefined : btoa(`${clientId}:${given.secret}`);
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const post = (path: string, fields: Record<string, string | null>): Promise<Response> =>
    fetch(`${issuer}${path}`, {
      method: 'POST',
      body: without(fields),
      ...(basic === undefined ? {} : { headers: { authorization: `Basic ${basic}` } }),
    });
  const token = async (fields: Record<string, string | null>): Promise<TokenAnswer> => {
    const response = await post('/token', { client_id: basic === undefined ? clientId : null, ...fields });
    const text = await response.text();
    const json = asObject(text);
    const { access_token: accessToken = '', refresh_token: refreshToken = '' } = json;
    const { status, headers } = response;
    return { status, headers, text, json, accessToken: String(accessToken), refreshToken: String(refreshToken) };
  };
  const authorizationUrl = (changes: Record<string, string | null> = {}): string => {
    const query = without({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      state: 'state-of-the-test',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...changes,
    });
    return `${issuer}/authorize?${query}`;
  };
  const authorize = async (changes: Record<string, string | null> = {}): Promise<URLSearchParams> => {
    const { callbackUrl, body } = await signIn(authorizationUrl(changes), { stopBeforeCallback: true });
    if (callbackUrl === undefined) throw new Error(`No way back from the authorization server: ${body}`);
    return new URL(callbackUrl).searchParams;
  };
  const exchange: PlainClient['exchange'] = (code, changes = {}) =>
    token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
      ...changes,
    });
  return {
    clientId,
    authorizationUrl,
    authorize,
    exchange,
    login: async (changes = {}) => {
      const code = (await authorize(changes)).get('code') ?? '';
      return exchange(code, 'resource' in changes ? { resource: changes.resource ?? null } : {});
    },
    refresh: (refreshToken, changes = {}) =>
      token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...changes }),
    revoke: async (tokenValue) => (await post('/revoke', { client_id: clientId, token: tokenValue })).status,
  };
}
