import type { Command } from 'commander';
import type { Invocation, Run } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { withEngine } from './with-engine.ts';

export function addStop(program: Command, run: Run): void {
  program
    .command('stop')
    .description('end the running Gatehouse; logins are kept')
    .action(() => run(stop));
}

function stop(invocation: Invocation): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out } = invocation;
    const reply = await client.stop({});
    // It may be gone before its answer is: that is what was asked for.
    if (!reply.ok && reply.problem.code !== 'engine-not-running') return out.fail(reply.problem);
    await client.closed;
    out.tell({ stopped: true, pid: client.pid }, ['Gatehouse has stopped.']);
    return EXIT.done;
  });
}
