/** Why something of the system failed, in its words. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'no reason given';
}
