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

/**
 * Why an address cannot be a client id, or undefined where it can. Compared character by character by the server, so
 * nothing in it is put right.
 *
 * @see draft-ietf-oauth-client-id-metadata-document section 3
 */
export function clientMetadataUrlMistake(text: string): string | undefined {
  if (!URL.canParse(text)) return 'this is not a full address, such as https://example.com/gatehouse.json.';
  const url = new URL(text);
  if (url.protocol !== 'https:') return 'the address has to begin with https://.';
  if (url.pathname === '/') return 'the address has to name a document, such as https://example.com/gatehouse.json.';
  if (url.username !== '' || url.password !== '') return 'an address may not contain a user name or password.';
  if (text.includes('#')) return 'the address may not contain a fragment (#).';
  if (url.href !== text) return `the address has to be spelled ${JSON.stringify(url.href)}.`;
  return undefined;
}
