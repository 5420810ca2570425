import type { Problem } from './problem.ts';

/** Nobody is registered there, so a sign-in begins only with a client that the person names. */
export function isClientWanted({ code }: Problem): boolean {
  return code === 'registration-unavailable' || code === 'registration-refused' || code === 'client-rejected';
}
