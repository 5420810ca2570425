import { parseArgs } from 'node:util';

/** What `npm run oauth-server` was asked for. */
export interface OauthServerOptions {
  help: boolean;
  json: boolean;
  port: number;
  mcpPort: number;
  controlPort: number;
  accessTokenTtlS: number | undefined;
  refreshTokenTtlS: number | undefined;
  detection: 'discovery' | 'www-authenticate' | 'both' | 'none';
  upstream: 'everything' | 'sdk' | 'modern';
  requirePkce: boolean;
  requireResource: boolean;
  refreshTokens: boolean;
  registration: boolean;
  expiresIn: boolean;
  tokenError: string | undefined;
  authError: string | undefined;
  failTokenTimes: number;
  graceS: number;
  slowMs: number;
}

export const USAGE = `Usage: npm run oauth-server -- [options]

Starts an authorization server and an MCP server that needs its tokens, both on 127.0.0.1.

  --port N                   of the authorization server (default 9000; 0: a free one)
  --mcp-port N               of the MCP server (default 0)
  --control-port N           of the control endpoint (default 0)
  --access-token-ttl TIME    30s, 5m, 1h, 7d (default 1h)
  --refresh-token-ttl TIME   (default 14d)
  --detection HOW            discovery, www-authenticate, both or none (default both)
  --upstream WHICH           everything, sdk or modern (default everything)
  --require-pkce             refuse requests without PKCE (the default)
  --no-require-pkce          allow confidential clients to do without
  --require-resource         refuse requests without resource (RFC 8707)
  --no-refresh-token         issue access tokens only
  --no-registration          offer no dynamic registration
  --no-expires-in            leave expires_in out of token answers
  --token-error CODE         the token endpoint refuses with this error, for example invalid_grant
  --auth-error CODE          authorization requests end with this error, for example access_denied
  --fail-token N             the first N token requests get 503
  --grace TIME               a rotated refresh token is good for this long (default 0s: its use ends the login)
  --slow MS                  every answer of the authorization server comes this much later
  --json                     one line of JSON instead of text
`;

/** A sentence for the person who typed it. */
export class UsageError extends Error {}

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

function secondsOf(option: string, value: string): number {
  const [, amount = '', unit = ''] = /^(\d+)([smhd])$/.exec(value) ?? [];
  const seconds = Number(amount) * (SECONDS[unit] ?? Number.NaN);
  if (amount !== '' && Number.isSafeInteger(seconds)) return seconds;
  throw new UsageError(`--${option} takes a time such as 30s, 5m, 1h or 7d, not "${value}".`);
}

function ttlOf(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = secondsOf(option, value);
  if (seconds > 0) return seconds;
  throw new UsageError(`--${option} takes at least 1s.`);
}

function numberOf(option: string, value: string | undefined, fallback: number, highest: number): number {
  if (value === undefined) return fallback;
  if (/^\d+$/.test(value) && Number(value) <= highest) return Number(value);
  throw new UsageError(`--${option} takes a whole number from 0 to ${highest}, not "${value}".`);
}

function oneOf<T extends string>(option: string, value: string | undefined, choices: readonly [T, ...T[]]): T {
  if (value === undefined) return choices[0];
  const chosen = choices.find((choice) => choice === value);
  if (chosen !== undefined) return chosen;
  throw new UsageError(`--${option} takes one of ${choices.join(', ')}, not "${value}".`);
}

function errorCodeOf(option: string, value: string | undefined): string | undefined {
  if (value === undefined || /^[a-z_]+$/.test(value)) return value;
  throw new UsageError(`--${option} takes an OAuth error code such as invalid_grant, not "${value}".`);
}

function valuesOf(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: false,
      options: {
        help: { type: 'boolean', short: 'h' },
        json: flag,
        port: text,
        'mcp-port': text,
        'control-port': text,
        'access-token-ttl': text,
        'refresh-token-ttl': text,
        detection: text,
        upstream: text,
        'require-pkce': flag,
        'no-require-pkce': flag,
        'require-resource': flag,
        'no-refresh-token': flag,
        'no-registration': flag,
        'no-expires-in': flag,
        'token-error': text,
        'auth-error': text,
        'fail-token': text,
        grace: text,
        slow: text,
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Throws a UsageError, whose message is for the person. */
export function parseOauthServerOptions(args: readonly string[]): OauthServerOptions {
  const values = valuesOf(args);
  if (values['require-pkce'] === true && values['no-require-pkce'] === true) {
    throw new UsageError('--require-pkce and --no-require-pkce exclude each other.');
  }
  return {
    help: values.help === true,
    json: values.json === true,
    port: numberOf('port', values.port, 9000, 65_535),
    mcpPort: numberOf('mcp-port', values['mcp-port'], 0, 65_535),
    controlPort: numberOf('control-port', values['control-port'], 0, 65_535),
    accessTokenTtlS: ttlOf('access-token-ttl', values['access-token-ttl']),
    refreshTokenTtlS: ttlOf('refresh-token-ttl', values['refresh-token-ttl']),
    detection: oneOf('detection', values.detection, ['both', 'discovery', 'www-authenticate', 'none']),
    upstream: oneOf('upstream', values.upstream, ['everything', 'sdk', 'modern']),
    requirePkce: values['no-require-pkce'] !== true,
    requireResource: values['require-resource'] === true,
    refreshTokens: values['no-refresh-token'] !== true,
    registration: values['no-registration'] !== true,
    expiresIn: values['no-expires-in'] !== true,
    tokenError: errorCodeOf('token-error', values['token-error']),
    authError: errorCodeOf('auth-error', values['auth-error']),
    failTokenTimes: numberOf('fail-token', values['fail-token'], 0, 1_000_000),
    graceS: secondsOf('grace', values.grace ?? '0s'),
    slowMs: numberOf('slow', values.slow, 0, 3_600_000),
  };
}
