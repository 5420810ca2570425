import { z } from 'zod';
import { PIN_TOOLS } from '../model/pinned-tools.ts';
import { referredVariable } from './environment.ts';
import type { PlainKey } from './schema-mistake.ts';

/** Instead of a sentence the schema gives its key; `mistakeOf` reads it. */
const because = (key: PlainKey): PlainKey => key;

const text = z.string().min(1, because('empty'));
const openBrowser = z.enum(['ask', 'when-needed']);
const pinTools = z.enum(PIN_TOOLS);

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
      .refine((value) => referredVariable(value) !== undefined, because('secret-in-file'))
      .optional(),
    clientPrivateKey: z
      .string()
      .refine((value) => referredVariable(value) !== undefined, because('key-in-file'))
      .optional(),
    clientPrivateKeyFile: text.optional(),
    clientPrivateKeyId: text.optional(),
    grant: z.enum(['authorization_code', 'client_credentials']).optional(),
    clientMetadataUrl: text.optional(),
    scopes: z.array(text).optional(),
    redirectUri: text.optional(),
    authorizationServer: text.optional(),
    pkce: z.enum(['required', 'off']).optional(),
    resource: z.union([z.literal(false), text], because('resource-rule')).optional(),
    issuer: text.optional(),
    authorizationParams: z.record(z.string(), z.string()).optional(),
    allowPrivateNetwork: z.boolean().optional(),
    openBrowser: openBrowser.optional(),
    pinTools: pinTools.optional(),
  })
  .refine(({ enabled, disabled }) => enabled === undefined || disabled === undefined || enabled !== disabled, {
    path: ['disabled'],
    message: because('contradicts-enabled'),
  })
  .refine(({ clientId, clientSecret }) => clientSecret === undefined || clientId !== undefined, {
    path: ['clientSecret'],
    message: because('needs-client-id'),
  })
  .refine(({ clientId, clientPrivateKey }) => clientPrivateKey === undefined || clientId !== undefined, {
    path: ['clientPrivateKey'],
    message: because('needs-client-id'),
  })
  .refine(({ clientId, clientPrivateKeyFile }) => clientPrivateKeyFile === undefined || clientId !== undefined, {
    path: ['clientPrivateKeyFile'],
    message: because('needs-client-id'),
  })
  .refine(({ clientSecret, clientPrivateKey }) => clientPrivateKey === undefined || clientSecret === undefined, {
    path: ['clientPrivateKey'],
    message: because('key-or-secret'),
  })
  .refine(
    ({ clientSecret, clientPrivateKey, clientPrivateKeyFile }) =>
      clientPrivateKeyFile === undefined || (clientSecret === undefined && clientPrivateKey === undefined),
    {
      path: ['clientPrivateKeyFile'],
      message: because('one-key'),
    },
  )
  .refine(
    ({ clientPrivateKey, clientPrivateKeyFile, clientPrivateKeyId }) =>
      clientPrivateKeyId === undefined || clientPrivateKey !== undefined || clientPrivateKeyFile !== undefined,
    { path: ['clientPrivateKeyId'], message: because('needs-key') },
  )
  .refine(({ grant, clientId }) => grant !== 'client_credentials' || clientId !== undefined, {
    path: ['grant'],
    message: because('needs-client'),
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
    message: because('contradicts-enabled'),
  })
  .refine((entry) => !('url' in entry), {
    path: ['url'],
    message: because('command-or-url'),
  });

export type ProgramEntry = z.infer<typeof programEntry>;

export type ServerEntry = z.infer<typeof serverEntry>;

export const configFile = z.looseObject({
  mcpServers: z.record(z.string(), z.unknown()).optional(),
  port: z.int(because('port-whole')).min(0).max(65535, because('port-highest')).optional(),
  openBrowser: openBrowser.optional(),
  caFile: text.optional(),
  pinTools: pinTools.optional(),
  groups: z.record(z.string(), z.array(text)).optional(),
  toolPrefix: z.enum(['always', 'when-several']).optional(),
  toolSeparator: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,8}$/, because('separator-rule'))
    .optional(),
  toolNameLength: z
    .int(because('length-whole'))
    .min(32, because('length-shortest'))
    .max(128, because('length-longest'))
    .optional(),
  toolSearchAbove: z.union([z.literal(false), z.int().min(0)], because('search-rule')).optional(),
});

export const SERVER_KEYS: readonly string[] = Object.keys(serverEntry.shape);
export const PROGRAM_KEYS: readonly string[] = Object.keys(programEntry.shape);
export const FILE_KEYS: readonly string[] = [...Object.keys(configFile.shape), '$schema'];
