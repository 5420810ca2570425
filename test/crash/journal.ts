import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** One line of what the program under test wrote down about itself. */
export interface JournalLine {
  readonly pid: number;
  readonly what: 'begun' | 'asked' | 'answered' | 'failed' | 'handed' | 'stored' | 'refused';
  /** Wall time in ms, with fractions. */
  readonly at: number;
}

/** How far the tokens of one request to the token endpoint came. Wall times in ms. */
export interface Passage {
  readonly pid: number;
  readonly askedAt: number;
  /** The answer was read whole. */
  readonly answeredAt?: number;
  /** The login lies in the keychain worker's pipe, which no kill of the program empties. */
  readonly handedAt?: number;
  /** The worker said that the keychain has it. */
  readonly storedAt?: number;
}

/**
 * Where a program was when it ended: nothing under way; the request sent and no answer read; the answer read and the
 * login not with the worker; the login with the worker, which had not said that it is stored.
 */
export type Phase = 'idle' | 'asked' | 'answered' | 'handed';

/** The environment in which the built program keeps the journal. */
export function journalEnvironment(file: string): NodeJS.ProcessEnv {
  const probe = pathToFileURL(path.join(import.meta.dirname, 'journal-probe.mjs'));
  return { NODE_OPTIONS: `--import ${probe.href}`, GATEHOUSE_JOURNAL: file };
}

export function readJournal(file: string): JournalLine[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.endsWith('}')).map((line): JournalLine => JSON.parse(line));
}

export function passagesIn(journal: readonly JournalLine[]): Passage[] {
  const all: Passage[] = [];
  const latest = new Map<number, Passage>();
  const goOn = (pid: number, next: Passage): void => {
    const known = latest.get(pid);
    if (known !== undefined) all[all.indexOf(known)] = next;
    latest.set(pid, next);
  };
  for (const { pid, what, at } of journal) {
    const passage = latest.get(pid);
    if (what === 'asked') {
      const next = { pid, askedAt: at };
      all.push(next);
      latest.set(pid, next);
    } else if (passage === undefined) continue;
    else if (what === 'answered') goOn(pid, { ...passage, answeredAt: at });
    else if (what === 'handed' && passage.handedAt === undefined) goOn(pid, { ...passage, handedAt: at });
    else if (what === 'stored' && passage.storedAt === undefined) goOn(pid, { ...passage, storedAt: at });
  }
  return all;
}

/** Where the program of this pid ended, by its own last word. */
export function phaseAtEnd(journal: readonly JournalLine[], pid: number): Phase {
  const last = journal.findLast((line) => line.pid === pid)?.what ?? 'begun';
  return last === 'asked' || last === 'answered' || last === 'handed' ? last : 'idle';
}
