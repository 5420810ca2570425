import type { Problem } from '../model/problem.ts';
import { reasonOf } from '../model/reason.ts';
import { assertNever } from '../model/result.ts';
import type { ProgramEnd } from '../ports.ts';

/** As long as the SDK waits for the answer to initialize. */
const SILENT_AFTER_MS = 60_000;

/**
 * What a person is told of a program that did not work.
 *
 * @param end how its process ended; undefined where it still ran
 * @param error what the SDK threw, where there was no handshake
 */
export function problemOfProgram(command: string, end: ProgramEnd | undefined, error?: unknown): Problem {
  switch (end?.kind) {
    case 'not-found':
      return { code: 'program-not-found', command };
    case 'not-started': {
      const { kind: _kind, ...said } = end;
      return { code: 'program-not-started', command, ...said };
    }
    case 'ended':
      return { code: 'program-ended', command, how: end.how };
    case undefined: {
      const isTimeout = error instanceof Error && 'code' in error && error.code === 'REQUEST_TIMEOUT';
      if (isTimeout) return { code: 'program-silent', command, afterMs: SILENT_AFTER_MS };
      const detail = reasonOf(error);
      return { code: 'program-unusable', command, detail };
    }
    default:
      return assertNever(end);
  }
}
