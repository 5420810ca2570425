import type { Command } from 'commander';
import type { CallOutput } from '../control/socket-client.ts';
import type { Result } from '../engine/model/result.ts';
import type { CliContext, Invocation, Run } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

type Settings = CallOutput<'settings'>;

const SENTENCES: Readonly<Record<Settings['startAtLogin'], string>> = {
  on: 'Gatehouse starts when you log in, in the tray.',
  off: 'Gatehouse does not start when you log in.',
  'not-here': 'This Gatehouse runs without a desktop. "gatehouse service install" starts it with the system.',
};

export function addAutostart(program: Command, run: Run): void {
  const autostart = program.command('autostart').description('the app starts when you log in, in the tray');
  const add = (verb: 'on' | 'off' | 'status', description: string): void => {
    autostart
      .command(verb)
      .description(description)
      .action(() => run((invocation) => change(invocation, verb)));
  };
  add('on', 'let it');
  add('off', 'do not let it');
  add('status', 'whether it does');
}

/** The running app does it: only it knows its own place. Where none runs, a file can be looked at and taken away. */
async function change(invocation: Invocation, verb: 'on' | 'off' | 'status'): Promise<ExitCode> {
  const { context, dataDir, out } = invocation;
  const connected = await context.connect(dataDir);
  if (!connected.ok) {
    const isAlone = connected.problem.code === 'engine-not-running' && verb !== 'on';
    return isAlone && context.autostart ? changeFile(invocation, context.autostart, verb) : out.fail(connected.problem);
  }
  const client = connected.value;
  const reply: Result<Settings> =
    verb === 'status' ? await client.settings({}) : await client.changeSettings({ startAtLogin: verb });
  client.close();
  return reply.ok ? tell(invocation, reply.value.startAtLogin) : out.fail(reply.problem);
}

function changeFile(
  invocation: Invocation,
  file: NonNullable<CliContext['autostart']>,
  verb: 'off' | 'status',
): ExitCode {
  const removed = verb === 'off' ? file.remove() : undefined;
  if (removed && !removed.ok) return invocation.out.fail(removed.problem);
  return tell(invocation, file.isOn() ? 'on' : 'off');
}

function tell({ out }: Invocation, startAtLogin: Settings['startAtLogin']): ExitCode {
  out.tell({ startAtLogin }, [SENTENCES[startAtLogin]]);
  return EXIT.done;
}
