import { z } from 'zod';
import { PIN_TOOLS } from '../model/pinned-tools.ts';
import { referredVariable } from './environment.ts';

const text = z.string().min(1, 'it is empty.');
const openBrowser = z.enum(['ask', 'when-needed']);
const pinTools = z.enum(PIN_TOOLS);

export const NEEDS_CLIENT_ID = 'it needs a "clientId" beside it.';
export const KEY_OR_SECRET = 'a client has a key or a secret. Keep one of the two.';

/** One entry of `mcpServers` that is reached over HTTP. What it does not know stays in the file and is warned about. */
export const serverEntry = z
  .looseObject({
    url: text,
    // The words of other tools for the same thing.
    type: z.enum(['http', 'streamable-http', 'streamableHttp', 'sse']).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    enabled: z.boolean().optional(),
    disabled: z.boolean().optional(),
    clientId: text.optional(),
    clientSecret: z
      .string()
      .refine(
        (value) => referredVariable(value) !== undefined,
        'a client secret does not belong into this file. Write "${NAME}" and set the environment variable NAME, or leave it out and give it with --client-secret-stdin.',
      )
      .optional(),
    clientPrivateKey: z
      .string()
      .refine(
        (value) => referredVariable(value) !== undefined,
        'a private key does not belong into this file. Write "${NAME}" and set the environment variable NAME to the key (PEM).',
      )
      .optional(),
    clientPrivateKeyFile: text.optional(),
    clientPrivateKeyId: text.optional(),
    grant: z.enum(['authorization_code', 'client_credentials']).optional(),
    clientMetadataUrl: text.optional(),
    scopes: z.array(text).optional(),
    redirectUri: text.optional(),
    authorizationServer: text.optional(),
    pkce: z.enum(['required', 'off']).optional(),
    resource: z.union([z.literal(false), text], 'write false to send none, or the address to send.').optional(),
    issuer: text.optional(),
    authorizationParams: z.record(z.string(), z.string()).optional(),
    allowPrivateNetwork: z.boolean().optional(),
    openBrowser: openBrowser.optional(),
    pinTools: pinTools.optional(),
  })
  .refine(({ enabled, disabled }) => enabled === undefined || disabled === undefined || enabled !== disabled, {
    path: ['disabled'],
    message: 'it contradicts "enabled". Keep one of the two.',
  })
  .refine(({ clientId, clientSecret }) => clientSecret === undefined || clientId !== undefined, {
    path: ['clientSecret'],
    message: NEEDS_CLIENT_ID,
  })
  .refine(({ clientId, clientPrivateKey }) => clientPrivateKey === undefined || clientId !== undefined, {
    path: ['clientPrivateKey'],
    message: NEEDS_CLIENT_ID,
  })
  .refine(({ clientId, clientPrivateKeyFile }) => clientPrivateKeyFile === undefined || clientId !== undefined, {
    path: ['clientPrivateKeyFile'],
    message: NEEDS_CLIENT_ID,
  })
  .refine(({ clientSecret, clientPrivateKey }) => clientPrivateKey === undefined || clientSecret === undefined, {
    path: ['clientPrivateKey'],
    message: KEY_OR_SECRET,
  })
  .refine(
    ({ clientSecret, clientPrivateKey, clientPrivateKeyFile }) =>
      clientPrivateKeyFile === undefined || (clientSecret === undefined && clientPrivateKey === undefined),
    {
      path: ['clientPrivateKeyFile'],
      message: 'a client has one key or secret. Keep one of them.',
    },
  )
  .refine(
    ({ clientPrivateKey, clientPrivateKeyFile, clientPrivateKeyId }) =>
      clientPrivateKeyId === undefined || clientPrivateKey !== undefined || clientPrivateKeyFile !== undefined,
    { path: ['clientPrivateKeyId'], message: 'it needs a "clientPrivateKeyFile" or a "clientPrivateKey" beside it.' },
  )
  .refine(({ grant, clientId }) => grant !== 'client_credentials' || clientId !== undefined, {
    path: ['grant'],
    message: 'it needs a "clientId" with a secret or a key beside it.',
  });

/** One entry of `mcpServers` that is started as a program. */
export const programEntry = z
  .looseObject({
    command: text,
    type: z.literal('stdio').optional(),
    args: z.array(z.string()).optional(),
    env: z.record(z.string(), z.string()).optional(),
    cwd: text.optional(),
    pinTools: pinTools.optional(),
    enabled: z.boolean().optional(),
    disabled: z.boolean().optional(),
  })
  .refine(({ enabled, disabled }) => enabled === undefined || disabled === undefined || enabled !== disabled, {
    path: ['disabled'],
    message: 'it contradicts "enabled". Keep one of the two.',
  })
  .refine((entry) => !('url' in entry), {
    path: ['url'],
    message: 'a server has a "command" or a "url". Keep one of the two.',
  });

export type ProgramEntry = z.infer<typeof programEntry>;

export type ServerEntry = z.infer<typeof serverEntry>;

export const configFile = z.looseObject({
  mcpServers: z.record(z.string(), z.unknown()).optional(),
  port: z.int('a port is a whole number.').min(0).max(65535, 'a port is at most 65535.').optional(),
  openBrowser: openBrowser.optional(),
  caFile: text.optional(),
  pinTools: pinTools.optional(),
  groups: z.record(z.string(), z.array(text)).optional(),
  toolPrefix: z.enum(['always', 'when-several']).optional(),
  toolSeparator: z
    .string()
    .regex(
      /^[a-zA-Z0-9_-]{1,8}$/,
      'write 1 to 8 letters, digits, "_" or "-": models take nothing else in the name of a tool.',
    )
    .optional(),
  toolNameLength: z
    .int('a length is a whole number.')
    .min(32, 'below 32 characters names say too little.')
    .max(128, 'MCP has names of at most 128 characters.')
    .optional(),
  toolSearchAbove: z
    .union([z.literal(false), z.int().min(0)], 'write a number of tools, or false for never.')
    .optional(),
});

export const SERVER_KEYS: readonly string[] = Object.keys(serverEntry.shape);
export const PROGRAM_KEYS: readonly string[] = Object.keys(programEntry.shape);
export const FILE_KEYS: readonly string[] = [...Object.keys(configFile.shape), '$schema'];
