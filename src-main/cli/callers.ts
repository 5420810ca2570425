import type { Command } from 'commander';
import type { Invocation, Run } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { alignColumns } from './output.ts';
import { withEngine } from './with-engine.ts';

export function addCallers(program: Command, run: Run): void {
  const callers = program.command('callers').description('the programs that may call your servers, each with its key');
  callers
    .command('list')
    .description('who may call')
    .action(() => run(list));
  callers
    .command('add')
    .argument('<name>')
    .description('make a key; it is shown this once')
    .action((name: string) => run((invocation) => add(invocation, name)));
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
      const rows = reply.value.map(({ name, createdAt, lastUsedAt }) => [
        name,
        `made ${context.formatTime(createdAt)}`,
        lastUsedAt === undefined ? 'never used' : `last used ${context.formatTime(lastUsedAt)}`,
      ]);
      out.tell(undefined, alignColumns(rows));
    }
    return EXIT.done;
  });
}

function add(invocation: Invocation, name: string): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out } = invocation;
    const reply = await client.addCaller({ name });
    if (!reply.ok) return out.fail(reply.problem);
    const { key, url } = reply.value;
    out.tell({ name: reply.value.name, key, url }, [
      `Key of "${reply.value.name}", shown this once:`,
      '',
      `  ${key}`,
      '',
      `Send it as "Authorization: Bearer <key>" to ${url}`,
    ]);
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
