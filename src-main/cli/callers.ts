import type { Command } from 'commander';
import { limitWords } from '../engine/model/limit-words.ts';
import { changeFrom, type LimitOptions, limitFrom, remarksOn, withLimitOptions } from './caller-limit.ts';
import type { Invocation, Run } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { alignColumns } from './output.ts';
import { withEngine } from './with-engine.ts';

type EditOptions = LimitOptions & { readonly unlimited?: true };

export function addCallers(program: Command, run: Run): void {
  const callers = program.command('callers').description('the programs that may call your servers, each with its key');
  callers
    .command('list')
    .description('who may call, and what each may use')
    .action(() => run(list));
  withLimitOptions(
    callers
      .command('add')
      .argument('<name>')
      .description(
        'make a key; it is shown this once. Without options it may use everything, servers to come included',
      ),
  ).action((name: string, options: LimitOptions) => run((invocation) => add(invocation, name, options)));
  withLimitOptions(
    callers
      .command('edit')
      .argument('<name>')
      .description('change what a key may use. What is not named stays; --allow "" leaves it nothing'),
  )
    .option('--no-read-only', 'also tools that change something')
    .option('--unlimited', 'everything, servers to come included')
    .action((name: string, options: EditOptions) => run((invocation) => edit(invocation, name, options)));
  callers
    .command('remove')
    .argument('<name>')
    .description('take a key back')
    .action((name: string) => run((invocation) => remove(invocation, name)));
}

function list(invocation: Invocation): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out, context } = invocation;
    const reply = await client.listCallers({});
    if (!reply.ok) return out.fail(reply.problem);
    if (out.json) for (const caller of reply.value) out.tell(caller, []);
    else if (reply.value.length === 0) {
      out.tell(undefined, ['Nobody may call yet. Make a key with "gatehouse callers add NAME".']);
    } else {
      const rows = reply.value.map(({ name, createdAt, lastUsedAt, limit }) => [
        name,
        `made ${context.formatTime(createdAt)}`,
        lastUsedAt === undefined ? 'never used' : `last used ${context.formatTime(lastUsedAt)}`,
        limitWords(limit),
      ]);
      out.tell(undefined, alignColumns(rows));
    }
    return EXIT.done;
  });
}

function add(invocation: Invocation, name: string, options: LimitOptions): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out } = invocation;
    const wanted = limitFrom(options);
    const reply = await client.addCaller({ name, ...(wanted ? { limit: wanted } : {}) });
    if (!reply.ok) return out.fail(reply.problem);
    const { key, url, limit, unknown } = reply.value;
    out.tell(
      { name: reply.value.name, key, url, ...(limit ? { limit } : {}), ...(unknown?.length ? { unknown } : {}) },
      [
        `Key of "${reply.value.name}", shown this once:`,
        '',
        `  ${key}`,
        '',
        `Send it as "Authorization: Bearer <key>" to ${url}`,
        ...(limit ? [`It ${limitWords(limit)}. ${LATER}`] : []),
      ],
    );
    for (const remark of remarksOn(unknown)) out.note(remark);
    return EXIT.done;
  });
}

const LATER = 'A server that is added later is not among it.';

function edit(invocation: Invocation, name: string, options: EditOptions): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out } = invocation;
    const change = changeFrom(options);
    if (!change.ok) return out.fail(change.problem);
    const reply = await client.limitCaller({ name, limit: change.value });
    if (!reply.ok) return out.fail(reply.problem);
    const { limit, unknown } = reply.value;
    out.tell(reply.value, [`"${name}" ${limitWords(limit)}.${limit ? ` ${LATER}` : ''}`]);
    for (const remark of remarksOn(unknown)) out.note(remark);
    return EXIT.done;
  });
}

function remove(invocation: Invocation, name: string): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out } = invocation;
    const reply = await client.removeCaller({ name });
    if (!reply.ok) return out.fail(reply.problem);
    out.tell({ name, removed: true }, [`"${name}" may not call any more.`]);
    return EXIT.done;
  });
}
