import { Secret } from '../../src-main/engine/model/secret.ts';
import type { AuthorizationServer, ClientRegistration } from '../../src-main/engine/model/token-set.ts';

export const REDIRECT_URI = 'http://127.0.0.1:7717/oauth/callback';

/** An authorization server with all its endpoints at one origin. */
export function serverAt(origin: string, more: Partial<AuthorizationServer> = {}): AuthorizationServer {
  return {
    issuer: origin,
    authorizationEndpoint: `${origin}/authorize`,
    tokenEndpoint: `${origin}/token`,
    registrationEndpoint: `${origin}/register`,
    revocationEndpoint: `${origin}/revoke`,
    issParameterSupported: false,
    guessed: false,
    ...more,
  };
}

export function publicClient(clientId = 'client-1'): ClientRegistration {
  return { clientId, tokenEndpointAuthMethod: 'none', redirectUris: [REDIRECT_URI], how: 'dynamic' };
}

export function secretClient(
  tokenEndpointAuthMethod: ClientRegistration['tokenEndpointAuthMethod'],
  secret = 'client-secret',
): ClientRegistration {
  return { ...publicClient(), tokenEndpointAuthMethod, clientSecret: new Secret(secret) };
}
