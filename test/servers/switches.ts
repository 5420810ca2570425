import type { Times } from './times.ts';

export type Endpoint =
  | 'metadata'
  | 'registration'
  | 'authorization'
  | 'token'
  | 'revocation'
  | 'introspection'
  | 'device-authorization';

/** Where the metadata can be found. The last form is for an issuer with a path only. @see CHECKLIST D4 */
export type MetadataPlace =
  | 'oauth-authorization-server'
  | 'openid-configuration'
  | 'openid-configuration-after-the-path';

export type GrantType =
  | 'authorization_code'
  | 'refresh_token'
  | 'client_credentials'
  | 'urn:ietf:params:oauth:grant-type:device_code';

/** An OAuth error answer. */
export interface Refusal {
  error: string;
  description?: string;
  status: number;
  times: Times;
}

/** An answer of a server, or of something before it, that is not working. */
export interface Failure {
  status: number;
  headers: Record<string, string>;
  body: string;
  times: Times;
}

/** How the authorization server behaves at the moment. Read on every request, so that a test can change it any time. */
export interface Switches {
  accessTokenTtlS: number;
  /** A JWT is judged by whoever gets it: nobody is asked, and it cannot be revoked here. */
  accessTokenFormat: 'opaque' | 'jwt';
  refreshTokenTtlS: number;
  rotateRefreshTokens: boolean;
  reuseGraceMs: number;
  issueRefreshTokens: boolean;
  /** Name and password stand in the sign-in page already, for the demo. */
  prefillSignIn: boolean;
  requirePkce: boolean;
  requireResource: boolean;
  /** A missing `resource` is answered as a web framework's validation does it: 422, no OAuth error (FastAPI). */
  validateResource: boolean;
  offerRegistration: boolean;
  /** RFC 8628; off by default, as in most servers. */
  offerDeviceSignIn: boolean;
  deviceCodeTtlS: number;
  /** Laid over successful device authorization answers; null removes a member. */
  deviceChanges: Record<string, unknown>;
  metadataPlaces: readonly MetadataPlace[];
  /** Laid over the metadata; null removes a member. */
  metadataChanges: Record<string, unknown>;
  /** Laid over successful registration answers; null removes a member. */
  registrationChanges: Record<string, unknown>;
  /** Laid over successful token answers; null removes a member. */
  tokenChanges: Record<string, unknown>;
  tokenStatus: number;
  /** RFC 9207 `iss` in authorization answers: null leaves it out, a string replaces it. */
  iss: { replaceWith: string | null } | undefined;
  failures: Map<Endpoint, Failure>;
  tokenRefusals: Map<GrantType, Refusal>;
  registrationRefusal: Refusal | undefined;
  authorizationRefusal: Omit<Refusal, 'status'> | undefined;
  lostAnswers: Map<GrantType, Times>;
  delayMs: number;
}

/** Strict and well-behaved: PKCE asked for, refresh tokens rotated, a reused one ends the grant. */
export function goodBehaviour(): Switches {
  return {
    accessTokenTtlS: 3600,
    accessTokenFormat: 'opaque',
    refreshTokenTtlS: 14 * 24 * 3600,
    rotateRefreshTokens: true,
    reuseGraceMs: 0,
    issueRefreshTokens: true,
    prefillSignIn: false,
    requirePkce: true,
    requireResource: false,
    validateResource: false,
    offerRegistration: true,
    offerDeviceSignIn: false,
    deviceCodeTtlS: 900,
    deviceChanges: {},
    metadataPlaces: ['oauth-authorization-server', 'openid-configuration', 'openid-configuration-after-the-path'],
    metadataChanges: {},
    registrationChanges: {},
    tokenChanges: {},
    tokenStatus: 200,
    iss: undefined,
    failures: new Map(),
    tokenRefusals: new Map(),
    registrationRefusal: undefined,
    authorizationRefusal: undefined,
    lostAnswers: new Map(),
    delayMs: 0,
  };
}
