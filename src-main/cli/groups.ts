import type { Command } from 'commander';
import type { Invocation, Run } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { alignColumns } from './output.ts';
import { withEngine } from './with-engine.ts';

export function addGroups(program: Command, run: Run): void {
  const groups = program.command('groups').description('named choices of servers, each at an address of its own');
  groups
    .command('list')
    .description('the servers and the address of each')
    .action(() => run(list));
  groups
    .command('add')
    .argument('<name>')
    .argument('<servers...>')
    .description('make a group, or give one other servers')
    .action((name: string, servers: string[]) => run((invocation) => add(invocation, name, servers)));
  groups
    .command('remove')
    .argument('<name>')
    .description('forget a group; its servers stay')
    .action((name: string) => run((invocation) => remove(invocation, name)));
}

function list(invocation: Invocation): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out } = invocation;
    const reply = await client.listGroups({});
    if (!reply.ok) return out.fail(reply.problem);
    if (out.json) for (const group of reply.value) out.tell(group, []);
    else if (reply.value.length === 0) {
      out.tell(undefined, ['There is no group yet. Make one with "gatehouse groups add NAME SERVER...".']);
    } else {
      const rows = reply.value.map(({ name, servers, endpoint }) => [name, endpoint, servers.join(', ')]);
      out.tell(undefined, alignColumns(rows));
    }
    return EXIT.done;
  });
}

function add(invocation: Invocation, name: string, servers: string[]): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out } = invocation;
    const reply = await client.setGroup({ name, servers });
    if (!reply.ok) return out.fail(reply.problem);
    const group = reply.value;
    out.tell(group, [`"${group.name}" is ${group.servers.join(', ')}.`, `Callers reach it at ${group.endpoint}`]);
    return EXIT.done;
  });
}

function remove(invocation: Invocation, name: string): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out } = invocation;
    const reply = await client.removeGroup({ name });
    if (!reply.ok) return out.fail(reply.problem);
    out.tell({ name, removed: true }, [`The group "${name}" is removed.`]);
    return EXIT.done;
  });
}
