import type { Command } from 'commander';
import type { Run } from './context.ts';

interface Options {
  readonly as?: string;
  readonly start?: true;
}

export function addStdio(program: Command, run: Run): void {
  program
    .command('stdio')
    .argument('[name]', 'one server; left out, all of them as one')
    .description('for tools that speak MCP over standard input and output only: connects them to Gatehouse')
    .option('--as <caller>', 'call as this one of "gatehouse callers list", with what it may do')
    .option('--start', 'start Gatehouse in the background where it does not run')
    .action((name: string | undefined, { as, start }: Options) =>
      run(({ context, dataDirOption, dataDir }) =>
        context.bridge({ name, caller: as, mayStart: start === true, dataDir, dataDirOption }),
      ),
    );
}
