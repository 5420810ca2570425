import type { EpochMs } from './ids.ts';
import type { InwardAddress } from './network-address.ts';
import type { Problem } from './problem.ts';
import { assertNever } from './result.ts';
import type { ServerState } from './server-state.ts';
import { type SpanKind, spanKindOf } from './timeline.ts';

export type Action =
  | 'sign-in'
  | 'sign-in-again'
  | 'cancel'
  | 'allow'
  | 'unlock'
  | 'try-now'
  | 'edit'
  | 'enable'
  | 'resume';

export const ACTION_LABEL: Readonly<Record<Action, string>> = {
  'sign-in': 'Sign in',
  'sign-in-again': 'Sign in again',
  cancel: 'Cancel',
  allow: 'Allow',
  unlock: 'Unlock',
  'try-now': 'Try now',
  edit: 'Edit',
  enable: 'Enable',
  resume: 'Resume',
};

export interface Words {
  /** The state's name, the same in tray, window, CLI, log and callers' errors. */
  readonly word: string;
  /** One short sentence: what happened, since when, what comes next. */
  readonly sentence: string;
  readonly action?: Action;
}

/** The one table of the states' words; with "Not running" and "Asleep" for the time when nobody could look. */
export const STATE_WORD: Readonly<Record<SpanKind, string>> = {
  connected: 'Connected',
  'access-asked': 'Connected, more access asked',
  connecting: 'Connecting',
  'sign-in-needed': 'Sign in needed',
  'signing-in': 'Signing in',
  locked: 'Keychain locked',
  offline: 'Offline',
  'trying-again': 'Trying again',
  'token-rejected': 'Token rejected',
  'credential-rejected': 'Credential rejected',
  stopped: 'Stopped',
  disabled: 'Disabled',
  paused: 'Paused',
  'not-running': 'Gatehouse not running',
  asleep: 'Asleep',
};

/** How a time of day is written for this person. */
export type FormatTime = (at: EpochMs) => string;

/** What is said of states and problems, in one language. Who shows no language of its own speaks English. */
export interface StateWording {
  readonly actions: Readonly<Record<Action, string>>;
  readonly states: Readonly<Record<SpanKind, string>>;
  /** The problem in one sentence: what is wrong, where, what to do. */
  problem(problem: Problem): string;
  readonly sentences: {
    readonly connecting: string;
    finishBy(time: string): string;
    lockedSince(time: string): string;
    triesAgain(time: string): string;
    readonly loginKept: string;
    readonly disabled: string;
    readonly paused: string;
    accessAsked(scope: string): string;
    signInAgainBy(word: string, time: string): string;
    readonly noLogin: string;
    renewsAt(time: string): string;
    readonly noRenewals: string;
    readonly unknownLife: string;
    readonly renewing: string;
    renewsAgain(time: string): string;
  };
}

export const ENGLISH_STATES: StateWording = {
  actions: ACTION_LABEL,
  states: STATE_WORD,
  problem: sentenceFor,
  sentences: {
    connecting: 'Asking the server whether it is there.',
    finishBy: (time) => `Finish in your browser by ${time}.`,
    lockedSince: (time) => `The keychain is locked since ${time}.`,
    triesAgain: (time) => `Tries again at ${time}.`,
    loginKept: 'The login is kept.',
    disabled: 'Sends nothing, renewals included.',
    paused: 'Logins are renewed, calls are refused.',
    accessAsked: (scope) => `The server asks for: ${scope}.`,
    signInAgainBy: (word, time) => `${word}, sign in again by ${time}`,
    noLogin: 'No login needed.',
    renewsAt: (time) => `Renews at ${time}.`,
    noRenewals: 'Its server hands out no renewals.',
    unknownLife: 'Its server does not say how long the login lasts.',
    renewing: 'Renewing now.',
    renewsAgain: (time) => `Renews again at ${time}.`,
  },
};

export function wordsFor(state: ServerState, time: FormatTime, wording: StateWording = ENGLISH_STATES): Words {
  const word = wording.states[spanKindOf(state)];
  const say = wording.sentences;
  switch (state.kind) {
    case 'ready':
      return readyWords(state, word, time, wording);
    case 'connecting':
      return { word, sentence: say.connecting };
    case 'login-needed':
      return { word, sentence: wording.problem(state.reason), action: 'sign-in' };
    case 'logging-in':
      return { word, sentence: say.finishBy(time(state.deadline)), action: 'cancel' };
    case 'locked':
      return { word, sentence: `${say.lockedSince(time(state.since))} ${say.loginKept}`, action: 'unlock' };
    case 'waiting': {
      const sentence = wording.problem(state.problem);
      if (state.problem.code === 'token-rejected') return { word, sentence, action: 'sign-in-again' };
      const again = `${say.triesAgain(time(state.retryAt))}${isOfProgram(state.problem) ? '' : ` ${say.loginKept}`}`;
      return { word, sentence: `${sentence} ${again}`, action: 'try-now' };
    }
    case 'stopped':
      return { word, sentence: wording.problem(state.problem), action: 'edit' };
    case 'disabled':
      return { word, sentence: say.disabled, action: 'enable' };
    case 'paused':
      return { word, sentence: say.paused, action: 'resume' };
    default:
      return assertNever(state);
  }
}

function readyWords(
  state: Extract<ServerState, { kind: 'ready' }>,
  name: string,
  time: FormatTime,
  { sentences: say, problem }: StateWording,
): Words {
  if (state.stepUp) return { word: name, sentence: say.accessAsked(state.stepUp.scope), action: 'allow' };
  const signIn = 'signIn' in state.token ? state.token.signIn : undefined;
  const word = signIn && state.token.kind !== 'no-refresh' ? say.signInAgainBy(name, time(signIn.by)) : name;
  switch (state.token.kind) {
    case 'not-needed':
      return { word, sentence: say.noLogin };
    case 'fresh':
      return { word, sentence: say.renewsAt(time(state.token.refreshDueAt)) };
    case 'no-refresh':
      return { word: say.signInAgainBy(word, time(state.token.expiresAt)), sentence: say.noRenewals };
    case 'unknown-life':
      return { word, sentence: say.unknownLife };
    case 'refreshing':
      return { word, sentence: say.renewing };
    case 'refresh-waiting':
      return {
        word,
        sentence: `${problem(state.token.problem)} ${say.renewsAgain(time(state.token.retryAt))} ${say.loginKept}`,
      };
    default:
      return assertNever(state.token);
  }
}

const HELD_BACK: Readonly<Record<Extract<Problem, { code: 'browser-held-back' }>['why'], string>> = {
  setting: 'the setting is to ask first',
  away: 'nobody is at the computer',
  'recently-opened': 'one was opened less than five minutes ago',
};

/** The problem in one sentence: what is wrong, where, what to do. */
export function sentenceFor(problem: Problem): string {
  switch (problem.code) {
    case 'network-unreachable':
      return `${problem.host} is out of reach${problem.cause ? ` (${problem.cause})` : ''}.`;
    case 'timed-out':
      return `${problem.host} did not answer within ${Math.round(problem.afterMs / 1000)} s.`;
    case 'bad-answer':
      return `${problem.host} answered ${problem.status}: ${problem.detail}.`;
    case 'address-not-public':
      return `${printable(problem.host)} leads to ${INWARD[problem.kind]}, and a server on the internet may name public addresses only. If you trust it, set "allowPrivateNetwork": true for this server.`;
    case 'server-error':
      return `${problem.host} answered ${problem.status}.`;
    case 'no-authorization-server':
      return `${problem.url} wants a login but names no authorization server. Set "authorizationServer" for it.`;
    case 'resource-mismatch':
      return `The server's metadata is for ${problem.got}, not for ${problem.expected}, so it is not used.`;
    case 'issuer-mismatch':
      return `The authorization server calls itself ${problem.got}, but ${problem.expected} was expected, so it is not used.`;
    case 'unsafe-url':
      return `The ${problem.what} ${printable(problem.url)} is not opened: ${problem.why}.`;
    case 'pkce-unsupported':
      return `${problem.issuer} does not say that it supports PKCE with S256. Set "pkce": "off" for this server if you trust it all the same.`;
    case 'metadata-incomplete':
      return `The metadata of ${problem.issuer} lacks ${problem.missing}.`;
    case 'registration-unavailable':
      return `${problem.issuer} does not register clients by itself. Enter the client id that you got from it.`;
    case 'registration-refused':
      return `${problem.issuer} refused to register Gatehouse (${problem.status}): ${printable(problem.detail)}. Enter a client id that you got from it.`;
    case 'client-rejected':
      return `${problem.issuer} no longer knows the client that it registered for Gatehouse, nor the one that took its place. Another one is registered after a day, or enter a client id that you got from it.`;
    case 'flow-in-progress':
      return 'A sign-in is under way already.';
    case 'flow-cancelled':
      return 'The sign-in was cancelled.';
    case 'flow-superseded':
      return 'The sign-in was started over.';
    case 'flow-expired':
      return 'The sign-in was not finished in time.';
    case 'authorization-refused':
      return problem.error === 'access_denied'
        ? `Access was refused${problem.description ? `: ${printable(problem.description)}` : ''}.`
        : `The sign-in page answered ${printable(problem.error)}${problem.description ? `: ${printable(problem.description)}` : ''}.`;
    case 'authorization-response-invalid':
      return `The answer of the sign-in page was not accepted: ${problem.detail}.`;
    case 'unknown-state':
      return 'This address belongs to no sign-in that is under way.';
    case 'device-unavailable':
      return problem.detail === undefined
        ? `${problem.issuer} offers no sign-in with a code on another device. Sign in with a browser instead: open the link, here or elsewhere.`
        : `${problem.issuer} refused the sign-in with a code on another device: ${printable(problem.detail)}.`;
    case 'redirect-unavailable':
      return `The sign-in would come back to ${problem.redirectUri}, but Gatehouse cannot listen there: ${problem.why}.`;
    case 'browser-not-opened':
      return `No browser could be opened: ${problem.detail}. Open the link yourself.`;
    case 'browser-held-back':
      return `No page was opened: ${HELD_BACK[problem.why]}.`;
    case 'token-endpoint-error':
      return `The token endpoint answered ${problem.status}${problem.error ? ` ${printable(problem.error)}` : ''}${problem.description ? `: ${printable(problem.description)}` : ''}.`;
    case 'login-absent':
      return 'Nobody has signed in yet.';
    case 'login-ended':
      return LOGIN_ENDED[problem.why];
    case 'token-rejected':
      return 'The server refuses a token that was renewed just now.';
    case 'insufficient-scope':
      return `The server asks for more access: ${problem.scope}.`;
    case 'scope-not-granted':
      return `The server asks for more access: ${printable(problem.scope)}. ${problem.times} sign-ins for it did not bring it. Ask those who run the server for it, then sign out and in again.`;
    case 'credential-rejected':
      return problem.issuer === undefined
        ? `The server refused the configured credential (${problem.status}).`
        : `${problem.issuer} refused the configured client (${problem.status}${problem.error ? ` ${printable(problem.error)}` : ''}${problem.description ? `: ${printable(problem.description)}` : ''}).`;
    case 'program-not-found':
      return `The command ${printable(problem.command)} was not found. Install it, or write its whole path as "command" of this server; then reconnect.`;
    case 'program-not-started':
      return `The command ${printable(problem.command)} could not be started: ${problem.detail}.`;
    case 'program-ended':
      return `The command ${printable(problem.command)} ended (${problem.how}). What it wrote is in the log.`;
    case 'program-silent':
      return `The command ${printable(problem.command)} runs, and has not answered within ${Math.round(problem.afterMs / 1000)} s.`;
    case 'program-unusable':
      return `The command ${printable(problem.command)} runs, and does not answer as an MCP server: ${printable(problem.detail)}.`;
    case 'vault-locked':
      return 'The keychain is locked.';
    case 'vault-unavailable':
      return `The logins cannot be read: ${problem.detail}.`;
    case 'vault-write-failed':
      return `The new login could not be stored: ${problem.detail}. It is kept in memory and written again.`;
    case 'config-invalid':
      return `${problem.file}${problem.line === undefined ? '' : `, line ${problem.line}`}${problem.key ? `, "${problem.key}"` : ''}: ${problem.detail}`;
    case 'server-unsupported':
      return problem.detail;
    case 'unknown-server':
      return `There is no server of that name. ${known('servers', problem.known)}`;
    case 'unknown-group':
      return `There is no group of that name. ${known('groups', problem.known)}`;
    case 'unknown-caller':
      return `There is no caller of that name. ${known('callers', problem.known)}`;
    case 'name-taken':
      return `"${problem.name}" exists already.`;
    case 'invalid-input':
      return problem.detail;
    case 'server-disabled':
      return 'The server is disabled in Gatehouse.';
    case 'paused':
      return 'Gatehouse is paused.';
    case 'already-running':
      return `Gatehouse runs already${problem.pid === undefined ? '' : ` (process ${problem.pid})`} with the data folder ${problem.dataDir}.`;
    case 'port-busy':
      return `Port ${problem.port} is taken${problem.holder ? ` by ${printable(problem.holder)}` : ''}. End that program, or choose another port with --port.`;
    case 'engine-not-running':
      return `Gatehouse does not run with the data folder ${problem.dataDir}. Start it with "gatehouse serve".`;
    case 'not-available':
      return problem.detail;
    case 'internal':
      return `Something went wrong inside Gatehouse: ${problem.detail}. The log has more.`;
    default:
      return assertNever(problem);
  }
}

/** There is no login to such a server. */
function isOfProgram({ code }: Problem): boolean {
  return code.startsWith('program-');
}

const INWARD: Readonly<Record<InwardAddress, string>> = {
  'this-machine': 'this machine',
  'link-local': 'a link-local address',
  'private-network': 'an address of a private network',
  'special-purpose': 'an address that is not on the internet',
};

const LOGIN_ENDED = {
  'invalid-grant': 'Its authorization server ended the login.',
  expired: 'The login ran out and its server hands out no renewals.',
  rejected: 'The server rejected the token and hands out no renewals.',
  changed: 'The configuration changed, so the old login does not fit.',
  client: 'The authorization server no longer knows this client.',
} as const;

function known(what: string, names: readonly string[]): string {
  return names.length === 0 ? `No ${what} are configured.` : `There are: ${names.join(', ')}.`;
}

/** Foreign text is shown with its control and direction characters made visible, and not without end. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const seen = text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
  return seen.length > 300 ? `${seen.slice(0, 300)}…` : seen;
}
