import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { ownCommand } from '../engine/model/own-command.ts';
import type { ServiceStatus } from '../engine/model/service-status.ts';
import type { Invocation, Run, ServeOptions } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { parsePort } from './serve.ts';

interface InstallOptions {
  readonly port?: number;
  readonly vault: ServeOptions['vault'];
  readonly passphraseFile?: string;
}

/** Variables of the configuration's `${NAME}` for the service, which has none of a terminal's. */
const ENVIRONMENT_FILE = 'service.env';

export function addService(program: Command, run: Run): void {
  const service = program
    .command('service')
    .description('Gatehouse without a desktop, kept running by systemd (Linux)');
  service
    .command('install')
    .description('write the unit, start it now and with your session')
    .option('--port <port>', 'listen here; 0 chooses a free port and keeps it (usually 7717)', parsePort)
    .addOption(
      new Option('--vault <vault>', 'where logins are kept')
        .choices(['keychain', 'file', 'memory'])
        .default('keychain'),
    )
    .option('--passphrase-file <file>', 'of the encrypted "file" vault')
    .action((options: InstallOptions) => run((invocation) => install(invocation, options)));
  service
    .command('uninstall')
    .description('stop it and take the unit away; servers and logins stay')
    .action(() => run(uninstall));
  service
    .command('status')
    .description('whether it is installed and runs; ends with 3 where it does not run')
    .action(() => run(status));
}

async function install(invocation: Invocation, options: InstallOptions): Promise<ExitCode> {
  const { context, out, dataDir } = invocation;
  const { port, vault, passphraseFile } = options;
  if (vault === 'file' && passphraseFile === undefined) {
    return out.fail({
      code: 'invalid-input',
      detail: 'Nobody can be asked: name the passphrase with --passphrase-file.',
    });
  }
  const before = await context.service.status();
  if (!before.ok) return out.fail(before.problem);
  if (!before.value.isRunning) {
    const other = await context.connect(dataDir);
    if (other.ok) {
      const { pid } = other.value;
      other.value.close();
      return out.fail({ code: 'already-running', dataDir, pid });
    }
  }
  const command = ownCommand(
    context.installation,
    'serve',
    '--data-dir',
    dataDir,
    '--vault',
    vault,
    ...(port === undefined ? [] : ['--port', String(port)]),
    ...(passphraseFile === undefined ? [] : ['--passphrase-file', resolve(passphraseFile)]),
  );
  const installed = await context.service.install(command, join(dataDir, ENVIRONMENT_FILE));
  if (!installed.ok) return out.fail(installed.problem);
  return tellStatus(invocation, installed.value);
}

async function uninstall({ context, out }: Invocation): Promise<ExitCode> {
  const done = await context.service.uninstall();
  if (!done.ok) return out.fail(done.problem);
  out.tell(done.value, ['The service is taken away. Servers and logins stay.']);
  return EXIT.done;
}

async function status(invocation: Invocation): Promise<ExitCode> {
  const found = await invocation.context.service.status();
  return found.ok ? tellStatus(invocation, found.value) : invocation.out.fail(found.problem);
}

function tellStatus({ out }: Invocation, found: ServiceStatus): ExitCode {
  const { path, isInstalled, isEnabled, isRunning, lingers, user } = found;
  const word = isRunning ? 'runs' : 'does not run';
  out.tell(found, [
    isInstalled ? `The service is installed (${path}) and ${word}.` : `The service is not installed, and ${word}.`,
    ...(isInstalled && !isRunning ? ['Its reason: journalctl --user --unit gatehouse'] : []),
    ...(isInstalled && !isEnabled ? ['It does not start by itself: systemctl --user enable gatehouse'] : []),
    ...(isInstalled && isEnabled && lingers === false
      ? [`It starts when you log in. To start it with the machine: loginctl enable-linger ${user}`]
      : []),
  ]);
  return isRunning ? EXIT.done : EXIT.noEngine;
}
