import type { Command } from 'commander';
import type { CallOutput } from '../control/socket-client.ts';
import type { Result } from '../engine/model/result.ts';
import type { Invocation, Run } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { withEngine } from './with-engine.ts';

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

/** The running app does it: only it knows its own place. */
function change(invocation: Invocation, verb: 'on' | 'off' | 'status'): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out } = invocation;
    const reply: Result<Settings> =
      verb === 'status' ? await client.settings({}) : await client.changeSettings({ startAtLogin: verb });
    if (!reply.ok) return out.fail(reply.problem);
    const { startAtLogin } = reply.value;
    out.tell({ startAtLogin }, [SENTENCES[startAtLogin]]);
    return EXIT.done;
  });
}
