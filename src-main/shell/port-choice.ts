import type { Problem } from '../engine/model/problem.ts';
import { sentenceFor } from '../engine/model/words.ts';
import { isConfirmed, type Question, question } from './question.ts';

type PortBusy = Extract<Problem, { code: 'port-busy' }>;

export type PortChoice = 'other-port' | 'quit';

/** What the app asks where its port is taken. */
export function portQuestion(problem: PortBusy): Question {
  return question(
    sentenceFor(problem),
    'With another port your logins stay, but your tools have to be told the new address, and the next sign-in to each server registers that address first. At its next start Gatehouse tries its own port again.',
    ['Use another port', 'Quit'],
  );
}

export function portChoice(button: number): PortChoice {
  return isConfirmed(button) ? 'other-port' : 'quit';
}
