import type { Allowance, Figures, Verdict } from './figures.ts';

/** The rule of {@link verdictOf}, as it stands beside the table. */
export const RULE = [
  'lost: calls did not work again without a sign-in that the fault does not ask for, not even after a restart of the program;',
  'kept, restart: they worked again only when the program was started anew;',
  'kept, pages: more pages were opened, or more sign-ins made, than the fault asks for (none; one where the server ended the login or there was none);',
  'kept, calls failed: calls failed that a live token, or a refresh that works, could have answered;',
  'kept: none of these.',
];

/** The same for every subject; the worst that applies. */
export function verdictOf(figures: Figures, { signIns }: Allowance): Verdict {
  if (figures.end === 'needs-a-sign-in') return 'lost';
  if (figures.signIns > signIns && signIns === 0) return 'lost';
  if (figures.end === 'works-after-a-restart') return 'kept, restart';
  if (figures.pages > signIns || figures.signIns > signIns) return 'kept, pages';
  return figures.failedNeedlessly > 0 ? 'kept, calls failed' : 'kept';
}
