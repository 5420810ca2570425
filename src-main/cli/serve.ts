import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Run, ServeOptions } from './context.ts';

interface Options {
  readonly port?: number;
  readonly vault: ServeOptions['vault'];
  readonly passphraseFile?: string;
}

export function addServe(program: Command, run: Run): void {
  program
    .command('serve')
    .description('run Gatehouse in this terminal, without the app')
    .option('--port <port>', 'listen here; 0 chooses a free port and keeps it (usually 7717)', parsePort)
    .addOption(
      new Option('--vault <vault>', 'where logins are kept')
        .choices(['keychain', 'file', 'memory'])
        .default('keychain'),
    )
    .option('--passphrase-file <file>', 'of the encrypted "file" vault; otherwise asked for at the terminal')
    .action(({ port, vault, passphraseFile }: Options) =>
      run(({ context, dataDirOption, out }) =>
        context.serve({
          vault,
          json: out.json,
          ...(passphraseFile === undefined ? {} : { passphraseFile }),
          ...(port === undefined ? {} : { port }),
          ...(dataDirOption === undefined ? {} : { dataDir: dataDirOption }),
        }),
      ),
    );
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}
