import { type Command, Option } from 'commander';
import type { CallInput, ControlClient, ServerRow } from '../control/socket-client.ts';
import type { Result } from '../engine/model/result.ts';
import { type FormatTime, wordsFor } from '../engine/model/words.ts';
import type { Invocation, Run } from './context.ts';
import { hasDoubleDash } from './double-dash.ts';
import { EXIT, type ExitCode, exitCodeForReached } from './exit-codes.ts';
import { findingLines, lookAtNew } from './look.ts';
import { HEADERS, VARIABLES } from './named-variables.ts';
import { alignColumns } from './output.ts';
import { readSecret } from './secret-input.ts';
import { sentenceAbout, statusLine } from './server-lines.ts';
import { addEdit } from './servers-edit.ts';
import { onServer, withEngine } from './with-engine.ts';

interface AddOptions {
  readonly clientId?: string;
  readonly clientSecretStdin?: true;
  readonly scope?: readonly string[];
  readonly headerEnv?: Readonly<Record<string, string>>;
  readonly transport?: 'http' | 'sse';
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly look: boolean;
}

export function addServers(program: Command, run: Run): void {
  const servers = program.command('servers').description('the servers behind Gatehouse');
  servers
    .command('list')
    .description('name, address and state of each')
    .action(() => run(list));
  servers
    .command('add')
    .argument('<name>')
    .argument('<address...>')
    .usage('[options] <name> <url>, or: add [options] <name> -- <command> [arguments...]')
    .description('add a server by its address, or by the command that starts it')
    .addOption(new Option('--transport <kind>', 'what it speaks over HTTP').choices(['http', 'sse']))
    .option('--client-id <id>', 'a client that you registered with its authorization server')
    .option('--client-secret-stdin', "read that client's secret from standard input")
    .option('--scope <scope>', 'ask for this scope; may be repeated', collect)
    .option(
      '--header-env <K=VAR>',
      'send header K with the value of the variable VAR; may be repeated',
      HEADERS.collect,
    )
    .option('--env <K=VAR>', 'give the command the value of the variable VAR as K; may be repeated', VARIABLES.collect)
    .option('--cwd <folder>', 'where the command runs; your home folder where left out')
    .option('--no-look', 'add it without looking what is there')
    .action((name: string, words: readonly string[], options: AddOptions, command: Command) =>
      run((invocation) => add(invocation, name, wayTo(words, hasDoubleDash(command)), options)),
    );
  addEdit(servers, run);
  servers
    .command('remove')
    .argument('<name>')
    .description('forget a server and its login')
    .action((name: string) => run((invocation) => remove(invocation, name)));
  const change = (verb: string, description: string, call: RowCall, exitCode: (row: ServerRow) => ExitCode): void => {
    servers
      .command(verb)
      .argument('<name>')
      .description(description)
      .action((name: string) => run((invocation) => tellRow(invocation, name, call, exitCode)));
  };
  const done = (): ExitCode => EXIT.done;
  change('enable', 'let it work again', (client) => client.enableServer, done);
  change('disable', 'send it nothing at all, renewals included', (client) => client.disableServer, done);
  change(
    'reconnect',
    'look at it again now, and tell the state reached',
    (client) => client.reconnectServer,
    (row) => exitCodeForReached(row.state),
  );
}

/** How a new server is reached. */
type Way =
  | { readonly url: string }
  | { readonly command: string; readonly args: string[] }
  | { readonly mistake: string };

/** Behind "--" stands a command, otherwise an address. */
function wayTo(words: readonly string[], isCommand: boolean): Way {
  const [first = '', ...args] = words;
  if (isCommand) return { command: first, args };
  if (args.length === 0) return { url: first };
  return { mistake: `Write -- before a command, as in: gatehouse servers add NAME -- ${words.join(' ')}` };
}

type RowCall = (client: ControlClient) => (input: { name: string }) => Promise<Result<ServerRow>>;

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function list(invocation: Invocation): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out, context } = invocation;
    const reply = await client.status({});
    if (!reply.ok) return out.fail(reply.problem);
    const { servers } = reply.value;
    if (out.json) for (const row of servers) out.tell(listLine(row, context.formatTime), []);
    else if (servers.length === 0) {
      out.tell(undefined, ['No server is configured. Add one with "gatehouse servers add NAME URL".']);
    } else {
      const rows = servers.map((row) => [
        row.name,
        wordsFor(row.state, context.formatTime).word,
        row.command ?? row.url,
      ]);
      out.tell(undefined, alignColumns(rows));
    }
    return EXIT.done;
  });
}

function listLine(row: ServerRow, time: FormatTime) {
  return {
    ...statusLine(row, time),
    url: row.url,
    ...(row.command === undefined ? {} : { command: row.command }),
    endpoint: row.endpoint,
  };
}

async function add(invocation: Invocation, name: string, way: Way, options: AddOptions): Promise<ExitCode> {
  const { out, context } = invocation;
  if ('mistake' in way) return out.fail({ code: 'invalid-input', detail: way.mistake });
  if (options.clientSecretStdin && options.clientId === undefined) {
    return out.fail({ code: 'invalid-input', detail: 'A client secret needs the client id that it belongs to.' });
  }
  return withEngine(invocation, async (client) => {
    const secret = options.clientSecretStdin ? await readSecret(context.stdin, context.stderr) : undefined;
    if (secret && !secret.ok) return out.fail(secret.problem);
    const input: CallInput<'lookAt'> = {
      ...way,
      ...(options.transport === undefined ? {} : { transport: options.transport }),
      ...(options.env ? { env: { ...options.env } } : {}),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.clientId === undefined ? {} : { clientId: options.clientId }),
      ...(options.scope ? { scopes: [...options.scope] } : {}),
      ...(options.headerEnv ? { headerEnv: { ...options.headerEnv } } : {}),
    };
    const found = options.look ? await lookAtNew(client, input) : undefined;
    const reply = await client.addServer({ name, ...input, ...(secret ? { clientSecret: secret.value } : {}) });
    if (!reply.ok) return out.fail(reply.problem);
    out.tell(
      {
        ...listLine(reply.value, context.formatTime),
        ...(found && (found.ok ? { found: found.value } : { notFound: found.problem })),
      },
      [
        ...(found ? findingLines(found) : []),
        sentenceAbout(reply.value, context.formatTime),
        `Callers reach it at ${reply.value.endpoint}`,
      ],
    );
    return EXIT.done;
  });
}

function remove(invocation: Invocation, name: string): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const reply = await onServer(client, name, client.removeServer);
    if (!reply.ok) return invocation.out.fail(reply.problem);
    invocation.out.tell({ name, removed: true }, [`"${name}" is removed.`]);
    return EXIT.done;
  });
}

/** For calls that answer with the server's row. */
function tellRow(
  invocation: Invocation,
  name: string,
  call: RowCall,
  exitCode: (row: ServerRow) => ExitCode,
): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out, context } = invocation;
    const reply = await onServer(client, name, call(client));
    if (!reply.ok) return out.fail(reply.problem);
    out.tell(statusLine(reply.value, context.formatTime), [sentenceAbout(reply.value, context.formatTime)]);
    return exitCode(reply.value);
  });
}
