import type { Command } from 'commander';
import { ownCommand } from '../engine/model/own-command.ts';
import type { Run } from './context.ts';
import { EXIT } from './exit-codes.ts';

interface Options {
  readonly as?: string;
  readonly start?: true;
  readonly config?: true;
}

export function addStdio(program: Command, run: Run): void {
  program
    .command('stdio')
    .argument('[name]', 'one server; left out, all of them as one')
    .description('for tools that speak MCP over standard input and output only: connects them to Gatehouse')
    .option('--as <caller>', 'call as this one of "gatehouse callers list", with what it may do')
    .option('--start', 'start Gatehouse in the background where it does not run')
    .option('--config', 'only print what to write into the configuration of such a tool')
    .action((name: string | undefined, { as, start, config }: Options) =>
      run(async ({ context, dataDirOption, dataDir, out }) => {
        if (!config) return context.bridge({ name, caller: as, mayStart: start === true, dataDir, dataDirOption });
        const { file, args } = ownCommand(
          context.installation,
          ...(dataDirOption === undefined ? [] : ['--data-dir', dataDir]),
          'stdio',
          ...(name === undefined ? [] : [name]),
          ...(as === undefined ? [] : ['--as', as]),
          ...(start ? ['--start'] : []),
        );
        // Tools take letters, digits, dashes and underscores.
        const called = (name ?? 'gatehouse').replace(/[^\w-]/g, '-');
        const entry = { mcpServers: { [called]: { command: file, args } } };
        out.tell(entry, [JSON.stringify(entry, null, 2)]);
        return EXIT.done;
      }),
    );
}
