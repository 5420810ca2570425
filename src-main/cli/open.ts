import type { Command } from 'commander';
import type { Invocation, Run } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { sentenceOf } from './output.ts';
import { withEngine } from './with-engine.ts';

export function addOpen(program: Command, run: Run): void {
  program
    .command('open')
    .description('open the status window')
    .action(() => run(open));
}

function open(invocation: Invocation): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out, context } = invocation;
    const reply = await client.openWindow({});
    if (!reply.ok) return out.fail(reply.problem);
    const { url } = reply.value;
    if (url === undefined) {
      out.tell({ opened: true }, ['The window is open.']);
      return EXIT.done;
    }
    const opened = await context.openBrowser(url);
    if (opened.ok) out.tell({ url, opened: true }, ['The window is open in your browser.']);
    else {
      out.note(sentenceOf(opened.problem));
      out.tell({ url, opened: false }, [url]);
    }
    return EXIT.done;
  });
}
