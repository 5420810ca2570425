import { type Detail, say } from './sayings.ts';

/** The grant of somebody who signs in on another device. @see RFC 8628 section 3.4 */
export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** What a program that a person runs says of itself to an authorization server (R2). @see RFC 7591 section 2 */
export interface ClientMetadata {
  readonly client_name: string;
  readonly application_type: 'native';
  readonly redirect_uris: string[];
  readonly grant_types: string[];
  readonly response_types: string[];
  readonly token_endpoint_auth_method: 'none' | 'client_secret_basic' | 'client_secret_post';
}

export function clientMetadata(
  redirectUri: string,
  method: ClientMetadata['token_endpoint_auth_method'],
): ClientMetadata {
  return {
    client_name: 'Gatehouse',
    application_type: 'native',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: method,
  };
}

/**
 * What is published at the address that is the client id.
 *
 * @see draft-ietf-oauth-client-id-metadata-document section 4
 */
export function clientMetadataDocument(
  url: string,
  redirectUri: string,
): ClientMetadata & { readonly client_id: string } {
  return { client_id: url, ...clientMetadata(redirectUri, 'none') };
}

const EXAMPLE = 'https://example.com/gatehouse.json';

/**
 * Why an address cannot be a client id, or undefined where it can. Compared character by character by the server, so
 * nothing in it is put right.
 *
 * @see draft-ietf-oauth-client-id-metadata-document section 3
 */
export function clientMetadataUrlMistake(text: string): Detail | undefined {
  if (!URL.canParse(text)) return say('full-address', EXAMPLE);
  const url = new URL(text);
  if (url.protocol !== 'https:') return say('https-only');
  if (url.pathname === '/') return say('document-path', EXAMPLE);
  if (url.username !== '' || url.password !== '') return say('document-user');
  if (text.includes('#')) return say('document-fragment');
  if (url.href !== text) return say('document-spelling', url.href);
  return undefined;
}
