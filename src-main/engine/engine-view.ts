import type { LoginToAllProgress } from './login/login-to-all.ts';
import type { DeviceCode } from './model/device-code.ts';
import type { EpochMs, ServerName } from './model/ids.ts';
import { type ChangedLine, lineChanges } from './model/line-changes.ts';
import type { PinTools, ToolChange } from './model/pinned-tools.ts';
import type { Problem } from './model/problem.ts';
import type { ServerState, TokenLife } from './model/server-state.ts';
import { isRenewable, type Login } from './model/token-set.ts';
import { partBegunBy } from './model/tool-text.ts';
import { visibleText } from './model/visible-text.ts';
import type { VaultHealth } from './ports.ts';
import { isClientRejected } from './tokens/current-client.ts';
import type { Upstream } from './upstream/upstream.ts';

export interface LoginView {
  readonly issuer: string;
  readonly account?: string;
  readonly scope?: string;
  readonly clientId: string;
  readonly registration: 'configured' | 'document' | 'dynamic';
  /** The client signs in for itself: nobody is ever asked (RFC 6749 4.4). */
  readonly withoutPerson?: true;
  readonly signedInAt?: EpochMs;
  readonly renewedCount: number;
  readonly lastRenewedAt?: EpochMs;
  /** Of the token that is kept, also while the server is not connected. */
  readonly token: TokenLife;
  readonly renewable: boolean;
  readonly refreshExpiresAt?: EpochMs;
}

export interface ServerView {
  readonly name: ServerName;
  /** Empty for a program. */
  readonly url: string;
  /** Of a server that is a program: command and arguments as they are written. */
  readonly command?: string;
  readonly endpoint: string;
  readonly state: ServerState;
  readonly since: EpochMs;
  readonly login?: LoginView;
  readonly authorizationUrl?: string;
  readonly device?: DeviceCode;
  readonly calls: number;
  readonly lastCallAt?: EpochMs;
  /** A person removed it, and may take that back until then. */
  readonly removedAt?: EpochMs;
  /** Tools that are not as they were approved (scenario 45), and whether they are held back. */
  readonly toolChanges?: { readonly count: number; readonly held: boolean };
}

/** What of a server's tools is not as it was approved. */
export interface ToolChangesView {
  readonly pinTools: PinTools;
  /** So many tools are known as they were seen first or approved. */
  readonly approved: number;
  readonly changes: readonly {
    readonly name: string;
    readonly kind: ToolChange['kind'];
    readonly hash: string;
    /** Before and after, with what cannot be seen written out. */
    readonly lines: readonly ChangedLine[];
  }[];
}

export function toolChangesView(
  known: Pick<ToolChangesView, 'pinTools' | 'approved'>,
  changes: readonly ToolChange[],
): ToolChangesView {
  return {
    ...known,
    changes: changes.map(({ name, kind, hash, before, after }) => {
      const lines =
        before === undefined
          ? after.split('\n').map((text): ChangedLine => ({ mark: '+', text }))
          : lineChanges(before, after, (line) => partBegunBy(line) !== undefined);
      return { name, kind, hash, lines: lines.map(({ mark, text }) => ({ mark, text: visibleText(text) })) };
    }),
  };
}

/** A named choice of servers and its address. */
export interface GroupView {
  readonly name: string;
  readonly servers: readonly ServerName[];
  readonly endpoint: string;
}

export interface EngineView {
  readonly endpoint: string;
  readonly vault: VaultHealth;
  readonly configProblem?: Problem;
  readonly callers: number;
  /** While all are signed in to, one after the other. */
  readonly loginToAll?: LoginToAllProgress;
  readonly servers: readonly ServerView[];
}

/** What a server's row tells, of what its parts know. */
export function serverViewOf(
  server: Upstream,
  known: {
    readonly endpoint: string;
    readonly life: TokenLife;
    readonly authorizationUrl: string | undefined;
    readonly device: DeviceCode | undefined;
    readonly calls: Pick<ServerView, 'calls' | 'lastCallAt'> | undefined;
  },
): ServerView {
  const { name, state, since } = server;
  const { endpoint, life, authorizationUrl, device, calls } = known;
  const row = { name, endpoint, state, since, calls: 0, ...calls };
  if (server.transport === 'stdio') return { ...row, url: '', command: server.config.shown };
  const { login, config } = server;
  return {
    ...row,
    url: config.url,
    ...(authorizationUrl === undefined ? {} : { authorizationUrl }),
    ...(device ? { device } : {}),
    ...(login?.tokens
      ? { login: loginViewOf(login, life, isRenewable(login) && !isClientRejected(login, config.client)) }
      : {}),
  };
}

function loginViewOf(login: Login, token: TokenLife, renewable: boolean): LoginView {
  const { account, tokens, signedInAt, renewedCount } = login;
  return {
    issuer: login.authorizationServer.issuer,
    clientId: login.client.clientId,
    registration: login.client.how,
    renewedCount,
    ...(login.clientCredentials ? { withoutPerson: true as const } : {}),
    token,
    renewable,
    ...(tokens?.refreshExpiresAt === undefined ? {} : { refreshExpiresAt: tokens.refreshExpiresAt }),
    ...(account === undefined ? {} : { account }),
    ...(tokens?.scope === undefined ? {} : { scope: tokens.scope }),
    ...(signedInAt === undefined ? {} : { signedInAt }),
    ...(renewedCount === 0 || !tokens ? {} : { lastRenewedAt: tokens.obtainedAt }),
  };
}

/** Of an entry of the configuration that cannot be used. */
export function unusableViewOf(name: ServerName, endpoint: string, problem: Problem, since: EpochMs): ServerView {
  return { name, url: '', endpoint, state: { kind: 'stopped', problem }, since, calls: 0 };
}
