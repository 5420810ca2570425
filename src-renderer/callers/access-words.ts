import { accessUnder, type CallerLimit } from '../../src-main/engine/model/caller-limit.ts';
import { laterTexts } from '../ui/texts-later.ts';
import { formatList } from '../ui/time.ts';

/** More names than these are counted: a row is read at a glance. */
const NAMED_AT_MOST = 3;

/**
 * What a caller key may use, in words: "github and linear, reading only".
 *
 * @param servers that are there now
 */
export function accessWords(limit: CallerLimit | undefined, servers: readonly string[]): string {
  const { access: words } = laterTexts;
  if (!limit) return words.everything;
  const access = accessUnder(limit);
  const [whole, toolsOf] = allowed(limit, (server) => access.of(server) !== 'nothing');
  if (whole.length === 0 && toolsOf.size === 0) return words.nothing;
  const isEach = whole.length > NAMED_AT_MOST && servers.every((server) => whole.includes(server));
  const except = limit.deny.filter((pattern) => pattern.includes('/'));
  const parts = [
    ...(isEach ? [words.each(whole.length)] : whole.length > 0 ? [named(whole)] : []),
    ...[...toolsOf].slice(0, NAMED_AT_MOST).map(([server, tools]) => words.toolsOf(server, named(tools))),
    ...(toolsOf.size > NAMED_AT_MOST ? [words.toolsOfMore(toolsOf.size - NAMED_AT_MOST)] : []),
    ...(except.length > 0 ? [words.except(named(except))] : []),
    ...(limit.readOnly ? [words.readingOnly] : []),
  ];
  const sentence = parts.join(', ');
  return whole.length > 0 && !isEach ? sentence : sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** Servers that are allowed as a whole, and of the others their tools. */
function allowed({ allow }: CallerLimit, isReached: (server: string) => boolean) {
  const whole = allow.filter((pattern) => !pattern.includes('/') && isReached(pattern));
  const toolsOf = new Map<string, readonly string[]>();
  for (const pattern of allow) {
    const slash = pattern.indexOf('/');
    const server = pattern.slice(0, slash);
    if (slash < 0 || whole.includes(server) || !isReached(server)) continue;
    toolsOf.set(server, [...(toolsOf.get(server) ?? []), pattern.slice(slash + 1)]);
  }
  return [whole, toolsOf] as const;
}

function named(names: readonly string[]): string {
  const more = names.length - NAMED_AT_MOST;
  // One name more is as long as its count.
  if (more <= 1) return formatList(names);
  return formatList([...names.slice(0, NAMED_AT_MOST), laterTexts.access.more(more)]);
}
