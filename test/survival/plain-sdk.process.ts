// A program with the official SDK's client and its own auth(): what most tools are. Its login is kept in a file.
import { execFile } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { echo } from './connected-tool.ts';
import type { SdkAnswer } from './plain-sdk.ts';

const [, , url = '', file = '', port = '', browser = ''] = process.argv;
const redirectUrl = `http://127.0.0.1:${port}/callback`;

interface Kept {
  client?: OAuthClientInformationMixed;
  tokens?: OAuthTokens;
  verifier?: string;
}

function kept(): Kept {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

function keep(change: Partial<Record<keyof Kept, unknown>>): void {
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, JSON.stringify({ ...kept(), ...change }), { mode: 0o600 });
  renameSync(fresh, file);
}

const provider: OAuthClientProvider = {
  redirectUrl,
  clientMetadata: {
    client_name: 'Plain SDK client',
    redirect_uris: [redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
  clientInformation: () => kept().client,
  saveClientInformation: (client) => keep({ client }),
  tokens: () => kept().tokens,
  saveTokens: (tokens) => keep({ tokens }),
  saveCodeVerifier: (verifier) => keep({ verifier }),
  codeVerifier: () => kept().verifier ?? '',
  redirectToAuthorization: (page) => {
    waitForCode();
    execFile(browser, [page.href], () => {});
  },
  invalidateCredentials: (scope) => {
    if (scope === 'all' || scope === 'client') keep({ client: undefined });
    if (scope === 'all' || scope === 'tokens') keep({ tokens: undefined });
    if (scope === 'all' || scope === 'verifier') keep({ verifier: undefined });
  },
};

const makeTransport = () => new StreamableHTTPClientTransport(new URL(url), { authProvider: provider });
let transport = makeTransport();
let connecting: Promise<Client> | undefined;
/** All calls that meet a sign-in wait for the same one. */
let signedIn: Promise<void> | undefined;

function waitForCode(): void {
  signedIn ??= new Promise<void>((resolve) => {
    const server = createServer((request, response) => {
      const code = new URL(request.url ?? '/', redirectUrl).searchParams.get('code');
      response.end('Signed in.');
      if (code === null) return;
      server.close();
      void transport
        .finishAuth(code)
        .catch(() => {})
        .then(() => {
          signedIn = undefined;
          resolve();
        });
    });
    server.listen(Number(port), '127.0.0.1');
  });
}

async function connectOnce(): Promise<Client> {
  const client = new Client({ name: 'plain-sdk', version: '1.0.0' });
  transport = makeTransport();
  await client.connect(transport as Transport);
  return client;
}

/** Connecting includes the sign-in that it asks for: no second attempt is begun meanwhile. */
function connect(): Promise<Client> {
  const connected = connectOnce().catch(async (error: unknown) => {
    if (!(error instanceof UnauthorizedError) || signedIn === undefined) throw error;
    await signedIn;
    return connectOnce();
  });
  connected.catch(() => {
    connecting = undefined;
  });
  return connected;
}

async function once(): Promise<void> {
  connecting ??= connect();
  await echo(await connecting);
}

async function call(number: number): Promise<SdkAnswer> {
  try {
    try {
      await once();
    } catch (error) {
      if (!(error instanceof UnauthorizedError) || signedIn === undefined) throw error;
      await signedIn;
      await once();
    }
    return { call: number };
  } catch (error) {
    return { call: number, failure: error instanceof Error ? error.message : String(error) };
  }
}

process.on('message', (message: { call: number }) => {
  void call(message.call).then((answer) => process.send?.(answer));
});
process.send?.({ call: 0 });
process.once('disconnect', () => process.exit(0));
