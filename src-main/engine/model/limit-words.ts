import type { CallerLimit } from './caller-limit.ts';

/** A limit as it is told in one line, the same in every face. */
export function limitWords(limit: CallerLimit | undefined): string {
  if (!limit) return 'may use everything';
  const { allow, deny, readOnly } = limit;
  if (allow.length === 0) return 'may use nothing';
  const but = deny.length === 0 ? '' : ` except ${deny.join(', ')}`;
  return `may use ${allow.join(', ')}${but}${readOnly ? '; only tools that say they read' : ''}`;
}
