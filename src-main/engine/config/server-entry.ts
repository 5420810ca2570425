import { createPrivateKey } from 'node:crypto';
import { clientMetadataUrlMistake } from '../model/client-metadata.ts';
import { isLoopback, isPrivateNetwork } from '../model/network-address.ts';
import { redirectUriMistake } from '../model/redirect-uri.ts';
import { type Detail, say } from '../model/sayings.ts';
import { Secret } from '../model/secret.ts';
import type { BrowserSetting, ServerConfig } from '../model/server-config.ts';
import { signingAlgorithm } from '../model/signing-algorithm.ts';
import { type Environment, substitute } from './environment.ts';
import type { ReadText } from './named-file.ts';
import type { ServerEntry } from './schema.ts';

/** What is wrong with one key of an entry. */
export interface EntryMistake extends Detail {
  readonly path: readonly string[];
  /** A variable is not set, or a file not there: the text is right, so only this server is held up. */
  readonly missingPart: boolean;
}

export type ReadEntry =
  | { readonly ok: true; readonly config: ServerConfig }
  | { readonly ok: false; readonly mistake: EntryMistake };

export class Mistaken extends Error {
  readonly mistake: EntryMistake;

  constructor(path: readonly string[], said: Detail, missingPart = false) {
    super(said.detail);
    this.mistake = { path, ...said, missingPart };
  }
}

const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
// RFC 9110 section 5.5: visible ASCII, obs-text, space and tab.
const HEADER_VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
const OUR_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
]);

// What the flow itself stands on; a second value for one of them would undo a check. `prompt` is not among them.
const OUR_PARAMETERS: ReadonlySet<string> = new Set([
  'response_type',
  'response_mode',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'redirect_uri',
  'scope',
  'state',
  'nonce',
  'code',
  'code_challenge',
  'code_challenge_method',
  'code_verifier',
  'grant_type',
  'iss',
  'request',
  'request_uri',
  'resource',
]);

/** An entry with its variables put in. */
export function readServerEntry(
  name: string,
  entry: ServerEntry,
  env: Environment,
  openBrowser: BrowserSetting,
  readText: ReadText,
): ReadEntry {
  const filled = (value: string, ...path: string[]): string => {
    const result = substitute(value, env);
    if (!result.ok) throw new Mistaken(path, say('variable-not-set', result.missing), true);
    return result.value;
  };
  try {
    const headers = Object.entries(entry.headers ?? {}).map(([header, value]): [string, string] => {
      const path = ['headers', header];
      return [header, checkedHeader(path, header, filled(value, ...path))];
    });
    const scopes = entry.scopes?.map((scope, index) => filled(scope, 'scopes', String(index)));
    const config: ServerConfig = {
      name,
      url: serverUrl(filled(entry.url, 'url')),
      ...(entry.type === 'sse' ? { transport: entry.type } : {}),
      enabled: entry.enabled ?? !(entry.disabled ?? false),
      headers: Object.fromEntries(headers),
      pkce: entry.pkce ?? 'required',
      openBrowser: entry.openBrowser ?? openBrowser,
      ...(entry.clientId === undefined
        ? {}
        : {
            client: {
              clientId: filled(entry.clientId, 'clientId'),
              ...(entry.clientSecret === undefined
                ? {}
                : { clientSecret: new Secret(filled(entry.clientSecret, 'clientSecret')) }),
              ...(entry.clientPrivateKey === undefined
                ? {}
                : { privateKey: signingKey('clientPrivateKey', filled(entry.clientPrivateKey, 'clientPrivateKey')) }),
              ...(entry.clientPrivateKeyFile === undefined
                ? {}
                : { privateKey: keyFromFile(filled(entry.clientPrivateKeyFile, 'clientPrivateKeyFile'), readText) }),
              ...(entry.clientPrivateKeyId === undefined
                ? {}
                : { privateKeyId: filled(entry.clientPrivateKeyId, 'clientPrivateKeyId') }),
            },
          }),
      ...(entry.grant === 'client_credentials' ? { grant: entry.grant } : {}),
      ...(entry.clientMetadataUrl === undefined
        ? {}
        : { clientMetadataUrl: documentUrl(filled(entry.clientMetadataUrl, 'clientMetadataUrl')) }),
      ...(scopes === undefined ? {} : { scopes }),
      ...(entry.redirectUri === undefined
        ? {}
        : { redirectUri: redirectUri(filled(entry.redirectUri, 'redirectUri')) }),
      ...(entry.authorizationServer === undefined
        ? {}
        : { authorizationServer: issuerUrl(filled(entry.authorizationServer, 'authorizationServer')) }),
      ...(entry.resource === undefined
        ? {}
        : { resource: entry.resource === false ? false : resourceUri(filled(entry.resource, 'resource')) }),
      ...(entry.issuer === undefined ? {} : { issuer: filled(entry.issuer, 'issuer') }),
      ...(entry.authorizationParams === undefined
        ? {}
        : { authorizationParams: checkedParameters(entry.authorizationParams, filled) }),
      ...(entry.allowPrivateNetwork === true ? { allowPrivateNetwork: true } : {}),
    };
    return { ok: true, config };
  } catch (error) {
    if (error instanceof Mistaken) return { ok: false, mistake: error.mistake };
    throw error;
  }
}

function checkedParameters(
  entries: Readonly<Record<string, string>>,
  filled: (value: string, ...path: string[]) => string,
): Record<string, string> {
  const checked = Object.entries(entries).map(([name, value]): [string, string] => {
    const path = ['authorizationParams', name];
    if (name === '') throw new Mistaken(path, say('parameter-name'));
    if (OUR_PARAMETERS.has(name.toLowerCase())) throw new Mistaken(path, say('own-parameter'));
    return [name, filled(value, ...path)];
  });
  return Object.fromEntries(checked);
}

function checkedHeader(path: readonly string[], name: string, value: string): string {
  if (!HEADER_NAME.test(name)) throw new Mistaken(path, say('header-name'));
  if (OUR_HEADERS.has(name.toLowerCase())) throw new Mistaken(path, say('own-header'));
  if (!HEADER_VALUE.test(value)) throw new Mistaken(path, say('header-value'));
  return value;
}

function webUrl(path: readonly string[], text: string): URL {
  if (!URL.canParse(text)) throw new Mistaken(path, say('full-address', 'https://mcp.example.com/mcp'));
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw new Mistaken(path, say('credential-in-address'));
  }
  return url;
}

function serverUrl(text: string): string {
  const path = ['url'];
  const url = webUrl(path, text);
  const plainAllowed = url.protocol === 'http:' && (isLoopback(url) || isPrivateNetwork(url));
  if (url.protocol !== 'https:' && !plainAllowed) {
    throw new Mistaken(path, say('https-or-private'));
  }
  // RFC 8707 section 2: a resource has no fragment, and none is ever sent.
  url.hash = '';
  return url.href;
}

/** Many environments hold no line breaks: `\\n` stands for one. */
function signingKey(name: string, text: string): Secret {
  const pem = text.replaceAll('\\n', '\n');
  let isUsable = false;
  try {
    isUsable = signingAlgorithm(createPrivateKey(pem)) !== undefined;
  } catch {
    // Its message could quote the key.
  }
  if (isUsable) return new Secret(pem);
  throw new Mistaken([name], say('not-a-key'));
}

function keyFromFile(path: string, readText: ReadText): Secret {
  const read = readText(path);
  if (read.ok) return signingKey('clientPrivateKeyFile', read.text);
  // The entry is right as it is written: the file may come back, and the other servers go on.
  throw new Mistaken(['clientPrivateKeyFile'], say('file-unreadable', read.why), true);
}

function documentUrl(text: string): string {
  const mistake = clientMetadataUrlMistake(text);
  if (mistake !== undefined) throw new Mistaken(['clientMetadataUrl'], mistake);
  return text;
}

/** RFC 8252 section 7.3: the browser comes back to this machine. Kept as it is written, for so it was registered (R5). */
function redirectUri(text: string): string {
  const mistake = redirectUriMistake(text);
  if (mistake !== undefined) throw new Mistaken(['redirectUri'], mistake);
  return text;
}

/** RFC 8707 section 2: an absolute URI without a fragment, sent as it is written. */
function resourceUri(text: string): string {
  if (!URL.canParse(text)) throw new Mistaken(['resource'], say('no-address'));
  if (text.includes('#')) throw new Mistaken(['resource'], say('resource-fragment'));
  return text;
}

/** An issuer stays as it is written, for it is compared character by character (D5). */
function issuerUrl(text: string): string {
  const path = ['authorizationServer'];
  const url = webUrl(path, text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    throw new Mistaken(path, say('https-or-local'));
  }
  return text;
}
