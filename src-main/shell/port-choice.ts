import type { Problem } from '../engine/model/problem.ts';
import { sentenceFor } from '../engine/model/words.ts';

type PortBusy = Extract<Problem, { code: 'port-busy' }>;

/** What the app asks where its port is taken; the dialog shows it as it is. */
export interface PortQuestion {
  readonly type: 'question';
  readonly title: string;
  readonly message: string;
  readonly detail: string;
  readonly buttons: string[];
  readonly defaultId: number;
  readonly cancelId: number;
}

export type PortChoice = 'other-port' | 'quit';

/** In the order of the buttons. */
const CHOICES: readonly PortChoice[] = ['other-port', 'quit'];

export function portQuestion(problem: PortBusy): PortQuestion {
  return {
    type: 'question',
    title: 'Gatehouse',
    message: sentenceFor(problem),
    detail:
      'With another port your logins stay, but your tools have to be told the new address, and the next sign-in to each server registers that address first. At its next start Gatehouse tries its own port again.',
    buttons: ['Use another port', 'Quit'],
    defaultId: CHOICES.indexOf('quit'),
    cancelId: CHOICES.indexOf('quit'),
  };
}

/** A dialog that was closed chooses nothing, so nothing changes. */
export function portChoice(button: number): PortChoice {
  return CHOICES[button] ?? 'quit';
}
