import { SERVER_NAME_RULE } from './ids.ts';

/**
 * What the engine itself says in a problem's `detail`. Its log, the command and its callers get these words; who shows a
 * problem in another language has the key and what was filled in (`german-sayings.ts`). What other programs and servers
 * say is in no table.
 *
 * Each is what stands behind a colon in the problem's sentence: where that ends with a full stop, none stands here.
 */
export const ENGLISH_SAYINGS = {
  // a text that is no JSON
  'file-empty': () => 'the file is empty.',
  'more-after-end': () => 'there is more after the end of the value.',
  'too-deep': () => 'it is nested too deeply.',
  'key-twice': (key: string) => `the key "${key}" is there twice.`,
  'colon-missing': (key: string) => `a colon is missing after the key "${key}".`,
  'bracket-open': () => 'the bracket that opens here is never closed.',
  'comma-missing': (closing: string) => `a comma or "${closing}" is missing before this.`,
  'comma-extra': (closing: string) => `there is a comma too many before "${closing}".`,
  'text-open': () => 'the text that begins here is not closed, or has a wrong escape.',
  'key-expected': () => 'a key in double quotes is expected here.',
  'file-ends': () => 'the file ends before its last value.',
  'value-expected': () => 'a value is expected here.',
  'no-comments': () => 'JSON has no comments.',

  // a value that is not what its key takes
  empty: () => 'it is empty.',
  missing: () => 'it is missing.',
  'wrong-kind': (kind: string) => `it has to be ${KINDS[kind] ?? kind}.`,
  'one-of': (choices: string) => `it has to be one of ${choices}.`,
  'at-least': (least: string) => `it is at least ${least}.`,
  'at-most': (most: string) => `it is at most ${most}.`,
  'port-whole': () => 'a port is a whole number.',
  'port-highest': () => 'a port is at most 65535.',
  'separator-rule': () => 'write 1 to 8 letters, digits, "_" or "-": models take nothing else in the name of a tool.',
  'length-whole': () => 'a length is a whole number.',
  'length-shortest': () => 'below 32 characters names say too little.',
  'length-longest': () => 'MCP has names of at most 128 characters.',
  'search-rule': () => 'write a number of tools, or false for never.',
  'resource-rule': () => 'write false to send none, or the address to send.',

  // an entry of a server
  'server-name': () => SERVER_NAME_RULE,
  'group-name': () =>
    'The name of a group has 1 to 64 letters, digits, dots, dashes or underscores, and begins with a letter or digit.',
  'secret-in-file': () =>
    'a client secret does not belong into this file. Write "${NAME}" and set the environment variable NAME, or leave it out and give it with --client-secret-stdin.',
  'key-in-file': () =>
    'a private key does not belong into this file. Write "${NAME}" and set the environment variable NAME to the key (PEM).',
  'contradicts-enabled': () => 'it contradicts "enabled". Keep one of the two.',
  'needs-client-id': () => 'it needs a "clientId" beside it.',
  'key-or-secret': () => 'a client has a key or a secret. Keep one of the two.',
  'one-key': () => 'a client has one key or secret. Keep one of them.',
  'needs-key': () => 'it needs a "clientPrivateKeyFile" or a "clientPrivateKey" beside it.',
  'needs-client': () => 'it needs a "clientId" with a secret or a key beside it.',
  'command-or-url': () => 'a server has a "command" or a "url". Keep one of the two.',
  'not-of-program': () => 'a server that is a program has none.',
  'only-of-program': () => 'only a server that is a program has one.',
  'command-or-address': () => 'A server has an address or a command.',
  'variable-not-set': (name: string) => `the environment variable ${name} is not set.`,
  'variable-name': () => 'this is not a name that a variable can have.',
  'character-not-given': () => 'it has a character that no program can be given.',
  'whole-folder': () => 'write the whole path of the folder, or one that begins with ~/.',
  'file-unreadable': (why: string) => `the file cannot be read (${why}).`,
  'cannot-be-read': (why: string) => `it cannot be read (${why}).`,
  'no-certificates': () => 'the file holds no certificates in PEM form, or one that cannot be read.',
  'not-a-key': () => 'this is no private key in PEM form, of the kind EC P-256 or RSA of at least 2048 bits.',
  'header-name': () => 'this is not a name that a header can have.',
  'header-value': () => 'its value has characters that a header cannot have.',
  'own-header': () => 'Gatehouse sets this header itself.',
  'parameter-name': () => 'a parameter has a name.',
  'own-parameter': () => 'Gatehouse sets this parameter itself.',
  'full-address': (example: string) => `this is not a full address, such as ${example}.`,
  'no-address': () => 'this is not a full address.',
  'credential-in-address': () =>
    'an address may not contain a user name or password. Put the credential into "headers".',
  'https-or-private': () =>
    'the address has to begin with https://. Plain http:// is for this machine and private networks.',
  'https-or-local': () => 'the address has to begin with https://. Plain http:// is for this machine.',
  'https-only': () => 'the address has to begin with https://.',
  'resource-fragment': () => 'it has a fragment (#), which a resource cannot have.',
  'document-path': (example: string) => `the address has to name a document, such as ${example}.`,
  'document-user': () => 'an address may not contain a user name or password.',
  'document-fragment': () => 'the address may not contain a fragment (#).',
  'document-spelling': (spelling: string) => `the address has to be spelled "${spelling}".`,
  'redirect-place': () =>
    'the browser comes back to this machine: the address begins with http://localhost, http://127.0.0.1 or http://[::1].',
  'redirect-user': () => 'it has a user name or password.',
  'redirect-query': () => 'it has a "?" or a "#", where the answer of the sign-in page comes.',
  'redirect-port': () => 'port 0 is no port.',

  // what a caller key may use
  'pattern-empty': () => 'A pattern is the name of a server, or of a server and a tool: linear/get_*.',
  'pattern-server': (pattern: string) =>
    `${pattern}: a pattern begins with the name of a server, in letters, digits, dots, dashes, underscores and "*".`,
  'pattern-tool': (pattern: string) =>
    `${pattern}: behind the slash stands the name of a tool, or "*" for all of its tools.`,
  'pattern-blank': (pattern: string) => `${pattern}: the name of a tool has no blanks.`,

  // what cannot be done now, or of this server
  'header-is-login': () =>
    'This server has a configured Authorization header, so there is no sign-in. Edit its header instead.',
  'without-person': (name: string) =>
    `This server is signed in to without a person ("grant": "client_credentials"), so there is no page. To try again now: gatehouse servers reconnect ${name}`,
  'program-has-no-sign-in': () => 'This server is a program on this machine, so there is no sign-in.',
  'client-unproven': () =>
    '"grant" is "client_credentials", but there is neither a client secret nor a key. Set "clientSecret" or "clientPrivateKeyFile".',
  'client-signed-out': () => 'Its token was given back. Reconnect to let the client sign in again.',
  'server-ending': () => 'The server is being ended.',
  'not-being-removed': () => 'This server is not being removed.',
  'looks-busy': () => 'Other servers are being looked at. Try again in a moment.',
  'no-sign-in': () => 'No sign-in is under way.',
  'pasted-no-address': () => 'That is not an address. Paste the whole line that the browser ended on.',
  'tools-changed-again': () => 'These tools changed again since they were shown. Look once more.',
  'not-written': (file: string, why: string) => `${file} cannot be written (${why}).`,

  'demo-not-started': (why: string) => `The demo did not start (${why}).`,
  'port-unusable': (port: string, why: string) => `Port ${port} cannot be used (${why}).`,

  // why a program does not start
  'folder-missing': (folder: string) => `the folder ${folder} is not there`,
  'may-not-run': () => 'this account may not run it',

  // why a host is out of reach, in brackets
  'no-host': (code: string) => `no such host, ${code}`,
  'no-name-service': (code: string) => `the name service does not answer, ${code}`,
  refused: (code: string) => `connection refused, ${code}`,
  'connection-lost': (code: string) => `connection lost, ${code}`,
  'connection-broke-off': () => 'connection lost',
  'connection-slow': (code: string) => `no connection in time, ${code}`,
  'connection-late': () => 'no connection in time',
  'no-way': (code: string) => `no way to the host, ${code}`,
  'no-network': (code: string) => `no network, ${code}`,
  'connection-failed': (code: string) => `the connection failed, ${code}`,
  'no-tls': (code: string) => `no TLS connection, ${code}`,
  'certificate-expired': () => 'its certificate has expired',
  'certificate-early': () => 'its certificate is not valid yet',
  'certificate-name': () => 'its certificate is for another name',
  'certificate-self-signed': () => 'its certificate is not trusted, self-signed',
  'certificate-chain': () => 'its certificate is not trusted, self-signed in the chain',
  'certificate-issuer': () => 'its certificate is not trusted, unknown issuer',

  // an answer that is none
  'web-page': () => 'a web page, not an MCP answer',
  'not-mcp': () => 'it does not answer as an MCP server does',
  'no-event-stream': () => 'no stream of HTTP+SSE',
  elsewhere: () => 'it sends its callers elsewhere',
  'elsewhere-to': (host: string) => `it sends its callers to ${host}, where the login is not sent`,
  'redirect-not-followed': () => 'a redirect that cannot be followed',
  'not-http': () => 'not HTTP',
  'headers-too-long': () => 'headers of more than 16 KiB',
  'answer-too-long': () => 'more than 1 MiB',
  encoded: (encoding: string) => `encoded as "${encoding}", which was not asked for`,
  'page-not-json': () => 'a web page came instead of JSON',
  'not-json': () => 'the answer is not JSON',
  'not-json-object': () => 'the answer is not a JSON object',
  'metadata-member': (member: string) => `the authorization server metadata has no valid "${member}"`,
  'resource-metadata-member': (member: string) => `the protected resource metadata has no valid "${member}"`,
  'metadata-elsewhere': () => 'the address of the metadata redirects elsewhere',
  'device-member': (member: string) => `the device authorization has no valid "${member}"`,
  'registration-member': () => 'the registration has no valid "client_id"',
  'registration-elsewhere': () => 'the registration endpoint redirects elsewhere',
  'token-elsewhere': () => 'the endpoint redirects elsewhere',
  'token-unsafe': () => 'the access token cannot stand in a header',
  'token-kind': () => 'the access token is not of the kind "Bearer"',

  // what came back from the sign-in page, and where it comes back to
  'parameter-twice': (name: string) => `"${name}" is there more than once`,
  'issuer-missing': () => 'the authorization server said that it names itself in its answer, but this one has no "iss"',
  'code-missing': () => 'there is no "code" in it',
  'port-taken': (port: string) => `another program has port ${port}. End that program, then sign in again`,
  'port-reserved': (port: string) => `this system lets only its administrator listen on port ${port}`,

  // an address that is not opened
  'url-too-long': (most: string) => `it is longer than ${most} characters`,
  'url-characters': () => 'it contains characters that a URL does not have',
  'url-not-full': () => 'it is not a full https address',
  'url-shell': () => 'it contains a shell substitution',
  'url-none': () => 'it is not a URL',
  'url-user': () => 'it contains a user name or password',
  'url-far-http': () => 'it is neither https nor on this machine',
  'url-fragment': () => 'it contains a fragment',
  'url-query': () => 'it contains a query',

  // the command in the person's terminal
  'command-not-brought': () => 'Only the installed app brings a command to be installed.',
  'command-taken': (at: string) => `${at} belongs to another program, and stays as it is.`,
  'command-passing': () =>
    'Gatehouse runs from a place that is gone when it ends. Move it into Applications, and start it from there.',
  'command-not-changed': (at: string, why: string) => `${at} cannot be changed: ${why}.`,
  'command-not-copied': (folder: string, why: string) =>
    `The gatehouse command could not be copied into ${folder}: ${why}.`,
  'path-not-changed': (why: string, folder: string) =>
    `Windows did not let Path be changed (${why}). Add this folder to it yourself: ${folder}`,

  // the vault
  'write-locked': () => 'it is locked',
};

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** What a translation has to have. */
export type Sayings = typeof ENGLISH_SAYINGS;
export type SayingKey = keyof Sayings;

/** A key, and what is filled in. */
export type Saying = { [K in SayingKey]: readonly [key: K, ...filled: Parameters<Sayings[K]>] }[SayingKey];

/** The English words in a problem, and where they come from a table, how they are found there. */
export interface Detail {
  readonly detail: string;
  readonly saying?: Saying;
}

export function say<K extends SayingKey>(key: K, ...filled: Parameters<Sayings[K]>): Detail {
  return { detail: sentenceOf([key, ...filled], ENGLISH_SAYINGS), saying: [key, ...filled] as unknown as Saying };
}

/** For the problems that end with a `why`. */
export function asWhy({ detail: why, ...said }: Detail): { readonly why: string; readonly saying?: Saying } {
  return { why, ...said };
}

/** For the problem whose words stand in brackets. */
export function asCause({ detail: cause, ...said }: Detail): { readonly cause: string; readonly saying?: Saying } {
  return { cause, ...said };
}

/** In the words of a catalogue. The engine that said it may be another version, whose key is not known here. */
export function sayingIn(sayings: Sayings, { detail, saying }: Detail): string {
  return saying && Object.hasOwn(sayings, saying[0]) ? sentenceOf(saying, sayings) : detail;
}

function sentenceOf([key, ...filled]: readonly [SayingKey, ...string[]], sayings: Sayings): string {
  return (sayings[key] as (...parts: readonly string[]) => string)(...filled);
}
