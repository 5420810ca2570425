import { z } from 'zod';
import { Secret } from '../model/secret.ts';
import type { Login } from '../model/token-set.ts';

export const secret = z.string().transform((value) => new Secret(value));

export const client = z.object({
  clientId: z.string(),
  clientSecret: secret.optional(),
  clientSecretExpiresAt: z.number().optional(),
  privateKey: secret.optional(),
  privateKeyId: z.string().optional(),
  tokenEndpointAuthMethod: z.enum(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt']),
  redirectUris: z.array(z.string()),
  scope: z.string().optional(),
  registeredForDevices: z.boolean().optional(),
  replacementAt: z.number().optional(),
  how: z.enum(['configured', 'document', 'dynamic']),
});

export const authorizationServer = z.object({
  issuer: z.string(),
  authorizationEndpoint: z.string().optional(),
  tokenEndpoint: z.string(),
  registrationEndpoint: z.string().optional(),
  revocationEndpoint: z.string().optional(),
  deviceAuthorizationEndpoint: z.string().optional(),
  scopesSupported: z.array(z.string()).optional(),
  codeChallengeMethodsSupported: z.array(z.string()).optional(),
  tokenEndpointAuthMethodsSupported: z.array(z.string()).optional(),
  clientIdMetadataDocumentSupported: z.boolean().optional(),
  issParameterSupported: z.boolean(),
  guessed: z.boolean(),
});

const record = z.object({
  version: z.literal(1),
  serverUrl: z.string(),
  resource: z.string(),
  authorizationServer,
  client,
  nextClient: client.optional(),
  clientRejected: z.boolean().optional(),
  nextClientRejected: z.boolean().optional(),
  clientCredentials: z.object({ scope: z.string().optional() }).optional(),
  tokens: z
    .object({
      accessToken: secret,
      obtainedAt: z.number(),
      expiresAt: z.number().optional(),
      refreshToken: secret.optional(),
      refreshExpiresAt: z.number().optional(),
      refreshEndFixedSince: z.number().optional(),
      scope: z.string().optional(),
    })
    .optional(),
  account: z.string().optional(),
  signedInAt: z.number().optional(),
  renewedCount: z.number(),
});

const keptSecret = z.object({ clientId: z.string(), clientSecret: secret });

/** Kept with the client that it belongs to: another one configured later is never sent it (T5). */
export function writeClientSecret(clientId: string, clientSecret: Secret): string {
  return revealedText({ clientId, clientSecret });
}

/** Undefined for a record that is torn, foreign, or of another client. */
export function readClientSecret(text: string, clientId: string): Secret | undefined {
  const { data } = keptSecret.safeParse(parsed(text));
  return data?.clientId === clientId ? data.clientSecret : undefined;
}

export function writeRecord(login: Login): string {
  return revealedText({ version: 1, ...login });
}

/** The one place where secrets become text: the value that goes into the vault. */
export function revealedText(value: unknown): string {
  return JSON.stringify(reveal(value));
}

function reveal(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  if (Array.isArray(value)) return value.map(reveal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, reveal(member)]));
}

/** Undefined for a record that is torn or foreign: it is left where it is and treated as none. */
export function readRecord(text: string): Login | undefined {
  const read = record.safeParse(parsed(text));
  if (!read.success) return undefined;
  const { version: _version, ...login } = read.data;
  return login as Login;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
