import type { Command } from 'commander';
import type { CallOutput } from '../control/socket-client.ts';
import { visibleText } from '../engine/model/visible-text.ts';
import type { Invocation, Run } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { onServer, withEngine } from './with-engine.ts';

type ToolChanges = CallOutput<'toolChanges'>;

export function addTools(program: Command, run: Run): void {
  const tools = program
    .command('tools')
    .argument('<server>')
    .description('tools that are not as they were approved or seen first, before and after')
    .action((name: string) => run((invocation) => show(invocation, name)));
  tools
    .command('approve')
    .argument('<server>')
    .argument('[tool]')
    .description('take a changed tool as it is now, or all of the server')
    .action((name: string, tool?: string) => run((invocation) => approve(invocation, name, tool)));
}

function show(invocation: Invocation, name: string): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out } = invocation;
    const reply = await onServer(client, name, client.toolChanges);
    if (!reply.ok) return out.fail(reply.problem);
    out.tell({ name, ...reply.value }, describe(name, reply.value));
    return EXIT.done;
  });
}

function describe(name: string, { pinTools, approved, changes }: ToolChanges): string[] {
  if (pinTools === 'off') {
    return [
      `Tools of ${name} are not compared: "pinTools" is "off". "gatehouse servers edit ${name} --pin-tools warn"`,
    ];
  }
  if (changes.length === 0) return [`${name}: all tools are as they were approved or seen first (${approved}).`];
  const consequence = pinTools === 'hold' ? 'held back until you approve it' : 'it works on';
  return [
    ...changes.flatMap((change) => [...heading(change, consequence), '']),
    `Approve with "gatehouse tools approve ${name} [TOOL]".`,
  ];
}

function heading({ name, kind, lines }: ToolChanges['changes'][number], consequence: string): string[] {
  const what = kind === 'new' ? 'new' : 'changed';
  return [
    `${visibleText(name)}: ${what}, ${consequence}`,
    ...lines.map(({ mark, text }) => (mark === '~' ? '  ...' : `  ${mark} ${text.replaceAll('\t', '  ')}`)),
  ];
}

function approve(invocation: Invocation, name: string, tool: string | undefined): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out } = invocation;
    const found = await onServer(client, name, client.toolChanges);
    if (!found.ok) return out.fail(found.problem);
    const { changes } = found.value;
    const meant = changes.filter((change) => tool === undefined || change.name === tool || shownName(change) === tool);
    if (meant.length === 0) {
      if (tool === undefined) {
        out.tell({ name, approved: [] }, [`${name}: there is nothing to approve.`]);
        return EXIT.done;
      }
      const known = changes.map(shownName).join(', ') || 'none';
      out.note(`No tool of ${name} that changed is called that. There are: ${known}.`);
      return EXIT.unknownName;
    }
    const reply = await client.approveTools({ name, tools: meant.map(({ name: own, hash }) => ({ name: own, hash })) });
    if (!reply.ok) return out.fail(reply.problem);
    out.tell({ name, approved: meant.map((change) => change.name) }, [
      ...meant.flatMap((change) => heading(change, 'approved')),
    ]);
    return EXIT.done;
  });
}

function shownName({ name }: { readonly name: string }): string {
  return visibleText(name);
}
