import type { Command } from 'commander';
import type { ServerRow, Snapshot } from '../control/socket-client.ts';
import { clientMetadataDocument, clientMetadataUrlMistake } from '../engine/model/client-metadata.ts';
import type { FormatTime } from '../engine/model/words.ts';
import { login } from './auth-login.ts';
import { loginToAll } from './auth-login-all.ts';
import type { Invocation, Run } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { alignColumns } from './output.ts';
import { sentenceAbout, statusLine, tokenOf } from './server-lines.ts';
import { onServer, unknownServer, withEngine } from './with-engine.ts';

interface LoginOptions {
  readonly browser: boolean;
  readonly all?: true;
  readonly device?: true;
}

export function addAuth(program: Command, run: Run): void {
  const auth = program.command('auth').description('signing in to servers and out of them');
  auth
    .command('login')
    .argument('[name]')
    .description('sign in to a server, in your browser')
    .option('--all', 'sign in to all servers that need it, one after the other')
    .option('--no-browser', 'open no page, only show the link')
    .option('--device', 'with a code that you enter on another device, where the server offers that')
    .action((name: string | undefined, options: LoginOptions) =>
      run((invocation) => {
        const { device } = options;
        if (name !== undefined && !options.all) {
          return login(invocation, name, device ? { openBrowser: false, device } : { openBrowser: options.browser });
        }
        if (name === undefined && options.all && !device) return loginToAll(invocation, options.browser);
        const detail = device ? '--device is for one server: name it' : 'Name one server, or give --all';
        return Promise.resolve(invocation.out.fail({ code: 'invalid-input', detail }));
      }),
    );
  auth
    .command('logout')
    .argument('<name>')
    .description('sign out: revoke the login and forget it')
    .action((name: string) => run((invocation) => logout(invocation, name)));
  auth
    .command('cancel')
    .argument('<name>')
    .description('end the sign-in that is under way')
    .action((name: string) => run((invocation) => cancel(invocation, name)));
  auth
    .command('status')
    .argument('[name]')
    .description('who is signed in where, and for how long')
    .action((name: string | undefined) => run((invocation) => status(invocation, name)));
  auth
    .command('client-metadata')
    .argument('<url>')
    .description('print the document to publish at this address, for "clientMetadataUrl"')
    .action((url: string) => run((invocation) => clientMetadataFor(invocation, url)));
}

function clientMetadataFor(invocation: Invocation, url: string): Promise<ExitCode> {
  const { out } = invocation;
  const mistake = clientMetadataUrlMistake(url);
  if (mistake !== undefined)
    return Promise.resolve(out.fail({ code: 'invalid-input', detail: `${url}: ${mistake.detail}` }));
  return withEngine(invocation, async (client) => {
    const reply = await client.status({});
    if (!reply.ok) return out.fail(reply.problem);
    // The port that this engine chose and keeps (R5).
    const redirectUri = new URL('/oauth/callback', reply.value.endpoint).href;
    const document = clientMetadataDocument(url, redirectUri);
    out.tell(document, JSON.stringify(document, null, 2).split('\n'));
    return EXIT.done;
  });
}

function logout(invocation: Invocation, name: string): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out, context } = invocation;
    const reply = await onServer(client, name, client.logout);
    if (!reply.ok) return out.fail(reply.problem);
    out.tell(statusLine(reply.value, context.formatTime), [`Signed out of ${name}.`]);
    return EXIT.done;
  });
}

function cancel(invocation: Invocation, name: string): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out } = invocation;
    const reply = await onServer(client, name, client.cancelLogin);
    if (!reply.ok) return out.fail(reply.problem);
    out.tell({ name, cancelled: true }, [`The sign-in to ${name} is cancelled.`]);
    return EXIT.done;
  });
}

function status(invocation: Invocation, name: string | undefined): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out, context } = invocation;
    const reply = await client.status({});
    if (!reply.ok) return out.fail(reply.problem);
    const { servers, vault } = reply.value;
    const rows = name === undefined ? servers : servers.filter((row) => row.name === name);
    if (name !== undefined && rows.length === 0) return out.fail(unknownServer(name, servers).problem);
    for (const row of rows) {
      const line = { ...statusLine(row, context.formatTime), ...(row.login ? { login: loginOf(row) } : {}), vault };
      out.tell(line, describe(row, vault, context.formatTime));
    }
    if (rows.length === 0 && !out.json) out.tell(undefined, ['No server is configured.']);
    return EXIT.done;
  });
}

function describe(row: ServerRow, vault: Snapshot['vault'], time: FormatTime): string[] {
  const { login: known } = row;
  if (!known) return [sentenceAbout(row, time)];
  const renewed = known.lastRenewedAt === undefined ? '' : `, the last time ${time(known.lastRenewedAt)}`;
  const facts: (readonly [string, string | undefined])[] = [
    ['Account', known.account],
    ['Signed in at', known.issuer],
    ['How', known.withoutPerson ? 'the client signs in for itself' : undefined],
    ['Since', known.signedInAt === undefined ? undefined : time(known.signedInAt)],
    ['Until', untilOf(known, time)],
    ['Renewed', `${known.renewedCount} times${renewed}`],
    ['Next', nextOf(row, time)],
    ['Access', known.scope],
    ['Client', `${known.clientId} (${REGISTRATION[known.registration]})`],
    ['Kept in', vaultWord(vault)],
  ];
  const told = facts.flatMap(([what, value]) => (value === undefined ? [] : [[`  ${what}`, value]]));
  return [sentenceAbout(row, time), ...alignColumns(told)];
}

const REGISTRATION: Readonly<Record<KnownLogin['registration'], string>> = {
  configured: 'configured',
  document: 'a published document',
  dynamic: 'registered by itself',
};

/** As the row has it, without what a disabled server will not do. */
function loginOf({ state, login }: ServerRow) {
  if (state.kind !== 'disabled' || !login?.token) return login;
  return { ...login, token: tokenOf(login.token, false) };
}

type KnownLogin = NonNullable<ServerRow['login']>;

/** The end of the login where one is known; the access token's own end matters where nothing renews it. */
function untilOf(
  { token, renewable, refreshExpiresAt, withoutPerson }: KnownLogin,
  time: FormatTime,
): string | undefined {
  const expiresAt = token && 'expiresAt' in token ? token.expiresAt : undefined;
  const access = expiresAt === undefined ? undefined : time(expiresAt);
  if (withoutPerson) return access && `${access}, then a new token`;
  if (renewable === false) return `${access ?? 'no end given'}, no refresh token`;
  if (refreshExpiresAt !== undefined) return `${time(refreshExpiresAt)}, renewed till then`;
  return access && `${access}, then renewed`;
}

function nextOf({ state, login }: ServerRow, time: FormatTime): string | undefined {
  if (state.kind === 'disabled') return 'nothing while it is disabled';
  const token = state.kind === 'ready' ? state.token : login?.token;
  if (token?.kind === 'fresh') return `renewed at ${time(token.refreshDueAt)}`;
  if (token?.kind === 'refreshing') return 'being renewed now';
  if (token?.kind === 'refresh-waiting') return `tried again at ${time(token.retryAt)}`;
  return undefined;
}

function vaultWord(vault: Snapshot['vault']): string {
  switch (vault.kind) {
    case 'keychain':
      return vault.isVolatile ? 'keychain, until you log out of this computer' : 'keychain';
    case 'file':
      return 'encrypted files';
    case 'memory':
      return 'memory only';
    case 'locked':
      return 'keychain, which is locked';
  }
}
