/** What the suite tells the command that it runs. */
export interface Scenario {
  readonly name: string;
  readonly serverUrl: string;
  readonly revision: string;
  /** Client ids, secrets and the like that a person would have been given. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** The document that the suite expects a client to have published. */
const CLIENT_METADATA_URL = 'https://conformance-test.local/client-metadata.json';

export interface Setup {
  /** The server's entry in `config.json`. */
  readonly entry: Readonly<Record<string, unknown>>;
  /** Variables that the entry names: a secret does not stand in the file. */
  readonly env: Readonly<Record<string, string>>;
  /** What stands beside the servers in `config.json`. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** What a person who uses this server writes into the configuration. */
export function setupFor({ name, serverUrl, context }: Scenario): Setup {
  const entry = {
    url: serverUrl,
    ...(typeof context.client_id === 'string'
      ? { clientId: context.client_id }
      : { clientMetadataUrl: CLIENT_METADATA_URL }),
    ...(typeof context.client_secret === 'string' ? { clientSecret: '${SUITE_SECRET}' } : {}),
    ...(typeof context.private_key_pem === 'string' ? { clientPrivateKey: '${SUITE_KEY}' } : {}),
    ...(name.startsWith('auth/client-credentials') ? { grant: 'client_credentials' } : {}),
  };
  return {
    entry,
    env: { SUITE_SECRET: text(context.client_secret), SUITE_KEY: text(context.private_key_pem) },
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
