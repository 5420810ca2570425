import { Command, CommanderError } from 'commander';
import { addAuth } from './auth.ts';
import { addAutostart } from './autostart.ts';
import { addCallers } from './callers.ts';
import type { CliContext, Run } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { addGroups } from './groups.ts';
import { addHistory } from './history.ts';
import { addOpen } from './open.ts';
import { createOutput, type FailureStyle } from './output.ts';
import { addPause } from './pause.ts';
import { addServe } from './serve.ts';
import { addServers } from './servers.ts';
import { addService } from './service.ts';
import { addStatus } from './status.ts';
import { addStdio } from './stdio.ts';
import { addStop } from './stop.ts';
import { addTools } from './tools.ts';

/** Runs one command line, without the program's own name, and resolves with its exit code. */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = new Command('gatehouse')
    .description('One local MCP endpoint for all your MCP servers, whose logins never die.')
    .version(context.version)
    .option('--data-dir <folder>', "Gatehouse's folder, where it is not the usual one")
    .option('--json', 'one JSON value a line on standard output')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      outputError: () => {},
    })
    .exitOverride();

  const run: Run = async (work) => {
    const options: { readonly dataDir?: string; readonly json?: true } = program.opts();
    const out = createOutput(context.stdout, context.stderr, options.json === true, failureStyle(args));
    const dataDir = context.resolveDataDir(options.dataDir);
    exitCode = await work({ context, out, dataDirOption: options.dataDir, dataDir });
  };
  for (const add of [
    addServe,
    addOpen,
    addStatus,
    addStop,
    addPause,
    addServers,
    addAuth,
    addHistory,
    addCallers,
    addStdio,
    addGroups,
    addAutostart,
    addService,
    addTools,
  ])
    add(program, run);

  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.done;
    const out = createOutput(context.stdout, context.stderr, args.includes('--json'), failureStyle(args));
    return out.fail({ code: 'invalid-input', detail: sentenceFrom(error) });
  }
}

/** `serve` and `auth login` tell what happens as events, so their failure is one too. */
function failureStyle(args: readonly string[]): FailureStyle {
  return args.includes('serve') || (args.includes('auth') && args.includes('login')) ? 'event' : 'plain';
}

function sentenceFrom({ code, message }: CommanderError): string {
  // Its help has been shown; it says which commands there are.
  if (code === 'commander.help') return 'A command is missing.';
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n');
  const sentence = first.charAt(0).toUpperCase() + first.slice(1);
  const hint = rest.map((line) => ` ${line.replace(/^\((.*)\)$/, '$1')}`).join('');
  return `${/[.?!]$/.test(sentence) ? sentence : `${sentence}.`}${hint}`;
}
