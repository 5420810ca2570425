import type { Problem } from '../engine/model/problem.ts';
import { sentenceFor } from '../engine/model/words.ts';
import { type ExitCode, exitCodeFor, isKnownProblem } from './exit-codes.ts';

export interface TextSink {
  write(text: string): unknown;
}

/** How a failure looks on standard output under `--json`: as the last event of a command that tells events, or alone. */
export type FailureStyle = 'event' | 'plain';

export interface Output {
  readonly json: boolean;
  /** The command's answer: one JSON value a line, or lines for a person. */
  tell(value: unknown, lines: readonly string[]): void;
  /** A remark beside the answer, on standard error. */
  note(sentence: string): void;
  /** A problem as a sentence on standard error, and as JSON on standard output where that was asked for. */
  fail(problem: Problem): ExitCode;
}

export function createOutput(stdout: TextSink, stderr: TextSink, json: boolean, style: FailureStyle): Output {
  const note = (sentence: string): void => {
    stderr.write(`${printable(sentence)}\n`);
  };
  return {
    json,
    tell(value, lines) {
      if (json) stdout.write(`${JSON.stringify(value)}\n`);
      else for (const line of lines) stdout.write(`${printable(line)}\n`);
    },
    note,
    fail(problem) {
      note(sentenceOf(problem));
      if (json) stdout.write(`${JSON.stringify(style === 'event' ? { event: 'failed', problem } : { problem })}\n`);
      return exitCodeFor(problem);
    },
  };
}

export function sentenceOf(problem: Problem): string {
  return isKnownProblem(problem) ? sentenceFor(problem) : `Gatehouse reports a problem of the kind "${problem.code}".`;
}

/** Columns under each other, two blanks apart; the last one is not padded. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Words of foreign servers may not move the cursor or change the terminal's title. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
