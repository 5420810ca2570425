import type { Command } from 'commander';
import type { CallInput } from '../control/socket-client.ts';
import { isServerName } from '../engine/model/ids.ts';
import { fail, ok, type Result } from '../engine/model/result.ts';

export interface LimitOptions {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly readOnly?: boolean;
}

type Limit = NonNullable<CallInput<'addCaller'>['limit']>;

/** What a key may use, as options. */
export function withLimitOptions(command: Command): Command {
  return command
    .option('--allow <pattern>', 'a server, or tools of one: linear, github/get_*; may be repeated', collect)
    .option('--deny <pattern>', 'what is refused all the same; may be repeated', collect)
    .option('--read-only', 'of the tools only those that say they only read');
}

/** Several in one, apart by commas or blanks; "" empties the list. */
function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(/[\s,]+/).filter((pattern) => pattern !== '')];
}

export function limitFrom({ allow, deny, readOnly }: LimitOptions): Limit | undefined {
  if (allow === undefined && deny === undefined && readOnly === undefined) return undefined;
  return {
    ...(allow === undefined ? {} : { allow: [...allow] }),
    ...(deny === undefined ? {} : { deny: [...deny] }),
    ...(readOnly === undefined ? {} : { readOnly }),
  };
}

/** @returns what to change; null takes the limit away */
export function changeFrom(options: LimitOptions & { readonly unlimited?: true }): Result<Limit | null> {
  const limit = limitFrom(options);
  if (limit && options.unlimited) return wrong('A key has a limit or none: leave --unlimited or the others out.');
  if (options.unlimited) return ok(null);
  return limit ? ok(limit) : wrong('Say what the key may use: --allow, --deny, --read-only, or --unlimited.');
}

/** For each pattern that names no server, and with what may have been meant. */
export function remarksOn(unknown: readonly string[] | undefined): readonly string[] {
  return (unknown ?? []).map((pattern) => {
    const [server, tool] = isServerName(pattern) ? pattern.split('__') : [];
    const meant = server !== undefined && tool !== undefined ? ` A tool is written ${server}/${tool}.` : '';
    return `No server is there that "${pattern}" names.${meant}`;
  });
}

function wrong(detail: string): Result<never> {
  return fail({ code: 'invalid-input', detail });
}
