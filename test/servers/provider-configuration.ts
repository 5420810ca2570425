import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { ClientMetadata, Configuration } from 'oidc-provider';
import { errors } from './quiet-oidc-provider.ts';
import type { Switches } from './switches.ts';
import type { TokenStorage } from './token-storage.ts';

/** Paths below the issuer. `/authorize`, `/token` and `/register` are the ones of servers without metadata (D6). */
export const ROUTES = {
  authorization: '/authorize',
  token: '/token',
  registration: '/register',
  revocation: '/revoke',
  introspection: '/introspect',
  device_authorization: '/device-authorization',
  /** Where a person enters the code. */
  code_verification: '/device',
} as const;

export interface ProviderSetup {
  switches: Switches;
  storage: TokenStorage;
  port: number;
  issuerPath: string;
  scopes: readonly string[];
  clients: readonly ClientMetadata[];
  /** The resources that tokens are issued for; absent: any. */
  resources: readonly string[] | undefined;
}

/** Keys of its own, made at the start: without them oidc-provider warns about development keys. */
function signingKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' };
}

export function providerConfiguration(setup: ProviderSetup): Configuration {
  const { switches, storage, port } = setup;
  return {
    adapter: (model: string) => storage.adapterFor(model),
    clients: setup.clients.map((client) => ({ ...client })),
    clientDefaults: {
      id_token_signed_response_alg: 'ES256',
      grant_types: ['authorization_code', 'refresh_token'],
    },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    jwks: { keys: [signingKey()] },
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      // Cookies know no port: two servers in one browser would otherwise overwrite each other's.
      names: { session: `session_${port}`, interaction: `interaction_${port}`, resume: `resume_${port}` },
    },
    scopes: ['openid', 'offline_access', ...setup.scopes],
    routes: ROUTES,
    pkce: { required: () => switches.requirePkce },
    rotateRefreshToken: () => switches.rotateRefreshTokens,
    issueRefreshToken: async (_ctx, client) => switches.issueRefreshTokens && client.grantTypeAllowed('refresh_token'),
    expiresWithSession: async () => false,
    clientBasedCORS: () => false,
    findAccount: async (_ctx, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
    interactions: { url: async (_ctx, interaction) => `${setup.issuerPath}/interaction/${interaction.uid}` },
    renderError: async (ctx, out) => {
      ctx.type = 'text/plain';
      ctx.body = `${out.error}: ${out.error_description ?? ''}\n`;
    },
    ttl: {
      AccessToken: () => switches.accessTokenTtlS,
      ClientCredentials: () => switches.accessTokenTtlS,
      RefreshToken: () => switches.refreshTokenTtlS,
      AuthorizationCode: 60,
      IdToken: 3600,
      Interaction: 3600,
      DeviceCode: () => switches.deviceCodeTtlS,
      Session: 14 * 24 * 3600,
      Grant: 365 * 24 * 3600,
    },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      clientCredentials: { enabled: true },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: async (ctx, form, _out, error) => {
          ctx.body = `${error ? '<p class="red">Not this code</p>' : ''}${form}`;
        },
        userCodeConfirmSource: async (ctx, form, _client, _deviceInfo, userCode) => {
          ctx.body = `<code>${userCode}</code>${form}`;
        },
        successSource: async (ctx) => {
          ctx.body = 'Sign-in Success';
        },
      },
      revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
      introspection: {
        enabled: true,
        allowedPolicy: async (_ctx, client, token) =>
          client.clientAuthMethod !== 'none' || token.clientId === client.clientId,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: async (_ctx, _client, oneOf) => {
          if (oneOf === undefined && switches.requireResource) throw new errors.InvalidTarget('resource is required');
          return oneOf === undefined ? undefined : [...oneOf];
        },
        useGrantedResource: async () => true,
        getResourceServerInfo: async (_ctx, resource) => {
          if (setup.resources !== undefined && !setup.resources.includes(resource)) throw new errors.InvalidTarget();
          return {
            scope: setup.scopes.join(' '),
            audience: resource,
            accessTokenTTL: switches.accessTokenTtlS,
            accessTokenFormat: switches.accessTokenFormat,
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
    },
  };
}
