import type { EpochMs, Issuer } from './ids.ts';
import type { Secret } from './secret.ts';

/** What a token endpoint gave, as it is kept. */
export interface TokenSet {
  readonly accessToken: Secret;
  /** When the answer arrived, by our clock. */
  readonly obtainedAt: EpochMs;
  /** Absent: the server did not say (T3). Not "never". */
  readonly expiresAt?: EpochMs;
  readonly refreshToken?: Secret;
  readonly refreshExpiresAt?: EpochMs;
  /** A renewal showed that no renewal moves `refreshExpiresAt`: it has been the same since then (T4). */
  readonly refreshEndFixedSince?: EpochMs;
  readonly scope?: string;
}

/** How we are known to one authorization server. @see RFC 7591 */
export interface ClientRegistration {
  readonly clientId: string;
  readonly clientSecret?: Secret;
  readonly clientSecretExpiresAt?: EpochMs;
  /** PEM, of a configured client that authenticates by `private_key_jwt`. */
  readonly privateKey?: Secret;
  /** The `kid` in what it signs. */
  readonly privateKeyId?: string;
  readonly tokenEndpointAuthMethod: 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';
  /** The redirect URIs that were registered. Empty for a pre-registered client, whose own is not known to us. */
  readonly redirectUris: readonly string[];
  /** What a dynamic registration may ask for; absent: not limited. */
  readonly scope?: string;
  /** The grant of RFC 8628 was asked for in a dynamic registration. */
  readonly registeredForDevices?: boolean;
  /** Registered then, in the place of one that the authorization server no longer knew (R4). */
  readonly replacementAt?: EpochMs;
  /** `document`: its id is the address of a document about it (R1). */
  readonly how: 'configured' | 'document' | 'dynamic';
}

/** The endpoints of one authorization server, kept with the login so that a refresh needs no rediscovery (D8). */
export interface AuthorizationServer {
  readonly issuer: Issuer;
  /** Absent where the server has none: the client signs in for itself, or people do so with a code on another device. */
  readonly authorizationEndpoint?: string;
  readonly tokenEndpoint: string;
  readonly registrationEndpoint?: string;
  readonly revocationEndpoint?: string;
  /** RFC 8628: absent where nobody can sign in with a code on another device. */
  readonly deviceAuthorizationEndpoint?: string;
  readonly scopesSupported?: readonly string[];
  readonly codeChallengeMethodsSupported?: readonly string[];
  readonly tokenEndpointAuthMethodsSupported?: readonly string[];
  /** R1: a client id may be the address of a document about the client. */
  readonly clientIdMetadataDocumentSupported?: boolean;
  /** RFC 9207: the authorization response will carry `iss`. */
  readonly issParameterSupported: boolean;
  /** True for the 2025-03-26 fallback (D6): nothing was published. */
  readonly guessed: boolean;
}

/** One login: everything that a refresh needs, kept in the vault under (server, issuer). */
export interface Login {
  /** The server's URL when the person signed in; another one now means that the login does not belong to it. */
  readonly serverUrl: string;
  /** What is sent as `resource` (RFC 8707), verbatim. */
  readonly resource: string;
  readonly authorizationServer: AuthorizationServer;
  readonly client: ClientRegistration;
  /** Registered for the next login, beside `client`, whose refresh token still works (R4, R5). */
  readonly nextClient?: ClientRegistration;
  /** The authorization server said that it does not know `client` (R4). */
  readonly clientRejected?: boolean;
  /** The same of `nextClient`. */
  readonly nextClientRejected?: boolean;
  /** The client signs in for itself, asking for this scope: no refresh token, and nobody to ask (RFC 6749 4.4). */
  readonly clientCredentials?: { readonly scope?: string };
  readonly tokens?: TokenSet;
  readonly account?: string;
  readonly signedInAt?: EpochMs;
  readonly renewedCount: number;
}

/** A refresh answer may leave members out: the old refresh token and scope then stay. @see RFC 6749 section 6 */
export function mergeTokens(before: TokenSet | undefined, after: TokenSet): TokenSet {
  const refreshToken = after.refreshToken ?? before?.refreshToken;
  // T4: a new end goes before the old one, which is kept only with its token.
  const refreshExpiresAt = after.refreshExpiresAt ?? (after.refreshToken ? undefined : before?.refreshExpiresAt);
  const fixedSince = before && fixedEndSince(before, refreshExpiresAt, after.obtainedAt);
  const scope = after.scope ?? before?.scope;
  return {
    accessToken: after.accessToken,
    obtainedAt: after.obtainedAt,
    ...(after.expiresAt === undefined ? {} : { expiresAt: after.expiresAt }),
    ...(refreshToken ? { refreshToken } : {}),
    ...(refreshExpiresAt === undefined ? {} : { refreshExpiresAt }),
    ...(fixedSince === undefined ? {} : { refreshEndFixedSince: fixedSince }),
    ...(scope === undefined ? {} : { scope }),
  };
}

/** Since when the end stays where it is; one that each renewal moves on goes along with the time. */
function fixedEndSince(before: TokenSet, end: EpochMs | undefined, now: EpochMs): EpochMs | undefined {
  if (end === undefined || before.refreshExpiresAt === undefined) return undefined;
  const isFixed = end - before.refreshExpiresAt <= (now - before.obtainedAt) / 2;
  return isFixed ? (before.refreshEndFixedSince ?? before.obtainedAt) : undefined;
}

/** A new token can be had without anybody. */
export function isRenewable(login: Login | undefined): boolean {
  return login?.tokens?.refreshToken !== undefined || login?.clientCredentials !== undefined;
}

export function isExpired(tokens: TokenSet, now: EpochMs): boolean {
  return tokens.expiresAt !== undefined && tokens.expiresAt <= now;
}
