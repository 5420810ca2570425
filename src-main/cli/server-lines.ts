import type { ServerRow } from '../control/socket-client.ts';
import { isClientWanted } from '../engine/model/client-wanted.ts';
import type { Problem } from '../engine/model/problem.ts';
import type { ServerState, TokenLife } from '../engine/model/server-state.ts';
import { type Action, type FormatTime, wordsFor } from '../engine/model/words.ts';

/** The JSON line of one server. Times are milliseconds since 1970; `token` is null where no token is kept. */
export interface StatusLine {
  readonly name: string;
  readonly state: ServerState['kind'];
  readonly word: string;
  readonly token: {
    readonly kind: TokenLife['kind'];
    readonly obtainedAt?: number;
    readonly expiresAt?: number;
    readonly refreshDueAt?: number;
    readonly retryAt?: number;
  } | null;
  readonly problem?: Problem;
  readonly action?: Action;
}

export function statusLine(row: Pick<ServerRow, 'name' | 'state' | 'login'>, time: FormatTime): StatusLine {
  const { word, action } = wordsFor(row.state, time);
  const problem = problemOf(row.state);
  const token = row.state.kind === 'ready' ? row.state.token : row.login?.token;
  const isPlanned = row.state.kind !== 'disabled';
  return {
    name: row.name,
    state: row.state.kind,
    word,
    token: token ? tokenOf(token, isPlanned) : null,
    ...(problem ? { problem } : {}),
    ...(action ? { action } : {}),
  };
}

/** @param isPlanned false where nothing is renewed: a plan would be a claim that does not hold */
export function tokenOf(token: TokenLife, isPlanned: boolean): NonNullable<StatusLine['token']> {
  const { kind, obtainedAt, expiresAt, refreshDueAt, retryAt }: NonNullable<StatusLine['token']> = token;
  return {
    kind,
    ...(obtainedAt === undefined ? {} : { obtainedAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(refreshDueAt === undefined || !isPlanned ? {} : { refreshDueAt }),
    ...(retryAt === undefined || !isPlanned ? {} : { retryAt }),
  };
}

function problemOf(state: ServerState): Problem | undefined {
  if (state.kind === 'login-needed') return state.reason;
  if (state.kind === 'waiting' || state.kind === 'stopped') return state.problem;
  return state.kind === 'ready' && state.token.kind === 'refresh-waiting' ? state.token.problem : undefined;
}

const COMMANDS: Readonly<Partial<Record<Action, string>>> = {
  'sign-in': 'auth login',
  'sign-in-again': 'auth login',
  allow: 'auth login',
  cancel: 'auth cancel',
  'try-now': 'servers reconnect',
  enable: 'servers enable',
  edit: 'servers edit',
  resume: 'resume',
};

/** How a client is named that the person registered; its secret goes past the command line. */
export function clientCommand(name: string): string {
  return `gatehouse servers edit ${name} --client-id ID`;
}

/** The command that does what the window's button does, where there is one. */
export function commandFor({ name, state }: Named, action: Action | undefined): string | undefined {
  if (state.kind === 'login-needed' && isClientWanted(state.reason)) return clientCommand(name);
  const command = action && COMMANDS[action];
  return command && `gatehouse ${command} ${name}`;
}

type Named = Pick<ServerRow, 'name' | 'state'>;

/** One line for a person: what state it is in, what that means, and what helps. */
export function sentenceAbout(row: Named, time: FormatTime): string {
  const { word, sentence, action } = wordsFor(row.state, time);
  const command = commandFor(row, action);
  return `${row.name}: ${word}. ${sentence}${command ? ` (${command})` : ''}`;
}
