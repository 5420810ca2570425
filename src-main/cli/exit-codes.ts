import type { Problem, ProblemCode } from '../engine/model/problem.ts';
import { assertNever } from '../engine/model/result.ts';
import type { ServerState } from '../engine/model/server-state.ts';

/** What `gatehouse` ends with; scripts rely on these numbers. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  noEngine: 3,
  unknownName: 4,
  personNeeded: 5,
  refusedOrExpired: 6,
  alreadyRunning: 7,
  portBusy: 8,
  /** As shells have it for Ctrl-C: 128 and the number of SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const EXIT_CODES: Readonly<Record<ProblemCode, ExitCode>> = {
  'network-unreachable': EXIT.failed,
  'timed-out': EXIT.failed,
  'bad-answer': EXIT.failed,
  'address-not-public': EXIT.failed,
  'server-error': EXIT.failed,
  'no-authorization-server': EXIT.failed,
  'resource-mismatch': EXIT.failed,
  'issuer-mismatch': EXIT.failed,
  'unsafe-url': EXIT.failed,
  'pkce-unsupported': EXIT.failed,
  'metadata-incomplete': EXIT.failed,
  'registration-unavailable': EXIT.personNeeded,
  'registration-refused': EXIT.personNeeded,
  'client-rejected': EXIT.personNeeded,
  'flow-in-progress': EXIT.failed,
  'flow-cancelled': EXIT.refusedOrExpired,
  'flow-superseded': EXIT.refusedOrExpired,
  'flow-expired': EXIT.refusedOrExpired,
  'authorization-refused': EXIT.refusedOrExpired,
  'authorization-response-invalid': EXIT.failed,
  'unknown-state': EXIT.failed,
  'device-unavailable': EXIT.personNeeded,
  'redirect-unavailable': EXIT.failed,
  'browser-not-opened': EXIT.personNeeded,
  'browser-held-back': EXIT.personNeeded,
  'token-endpoint-error': EXIT.failed,
  'login-absent': EXIT.personNeeded,
  'login-ended': EXIT.personNeeded,
  'token-rejected': EXIT.failed,
  'insufficient-scope': EXIT.personNeeded,
  'scope-not-granted': EXIT.refusedOrExpired,
  'credential-rejected': EXIT.refusedOrExpired,
  'program-not-found': EXIT.failed,
  'program-not-started': EXIT.failed,
  'program-ended': EXIT.failed,
  'program-silent': EXIT.failed,
  'program-unusable': EXIT.failed,
  'vault-locked': EXIT.personNeeded,
  'vault-unavailable': EXIT.failed,
  'vault-write-failed': EXIT.failed,
  'config-invalid': EXIT.failed,
  'server-unsupported': EXIT.failed,
  'unknown-server': EXIT.unknownName,
  'unknown-group': EXIT.unknownName,
  'unknown-caller': EXIT.unknownName,
  'name-taken': EXIT.failed,
  'invalid-input': EXIT.usage,
  'server-disabled': EXIT.failed,
  paused: EXIT.failed,
  'already-running': EXIT.alreadyRunning,
  'port-busy': EXIT.portBusy,
  'engine-not-running': EXIT.noEngine,
  'not-available': EXIT.failed,
  internal: EXIT.failed,
};

/** An engine of another version may know problems that this program does not. */
export function isKnownProblem(problem: Problem): boolean {
  return Object.hasOwn(EXIT_CODES, problem.code);
}

export function exitCodeFor(problem: Problem): ExitCode {
  return isKnownProblem(problem) ? EXIT_CODES[problem.code] : EXIT.failed;
}

/** For commands that end in a state of the server: is it usable, and if not, does it take a person? */
export function exitCodeForReached(state: ServerState): ExitCode {
  switch (state.kind) {
    case 'ready':
      return EXIT.done;
    case 'login-needed':
    case 'logging-in':
    case 'locked':
      return EXIT.personNeeded;
    case 'stopped':
      return exitCodeFor(state.problem);
    case 'waiting':
    case 'connecting':
    case 'disabled':
    case 'paused':
      return EXIT.failed;
    default:
      return assertNever(state);
  }
}
