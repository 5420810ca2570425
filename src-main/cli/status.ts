import type { Command } from 'commander';
import type { Snapshot } from '../control/socket-client.ts';
import { type FormatTime, wordsFor } from '../engine/model/words.ts';
import type { Invocation, Run } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { alignColumns, type Output, sentenceOf } from './output.ts';
import { commandFor, statusLine } from './server-lines.ts';
import { withEngine } from './with-engine.ts';

export function addStatus(program: Command, run: Run): void {
  program
    .command('status')
    .description('how every server is doing, in the words of the window')
    .action(() => run(status));
}

function status(invocation: Invocation): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out, context } = invocation;
    const reply = await client.status({});
    if (!reply.ok) return out.fail(reply.problem);
    const snapshot = reply.value;
    if (out.json) for (const row of snapshot.servers) out.tell(statusLine(row, context.formatTime), []);
    else out.tell(undefined, describe(snapshot, context.formatTime));
    tellWhatIsWrong(snapshot, out);
    return EXIT.done;
  });
}

function describe(snapshot: Snapshot, time: FormatTime): string[] {
  const heading = `Gatehouse ${snapshot.version} at ${snapshot.endpoint}`;
  if (snapshot.servers.length === 0) {
    return [heading, '', 'No server is configured. Add one with "gatehouse servers add NAME URL".'];
  }
  const rows = snapshot.servers.map((row) => {
    const { word, sentence, action } = wordsFor(row.state, time);
    return [row.name, word, sentence, commandFor(row, action) ?? ''];
  });
  return [heading, '', ...alignColumns(rows)];
}

/** What concerns no single server, said loudly enough to be seen under the table and beside JSON. */
function tellWhatIsWrong({ vault, configProblem, servers }: Snapshot, out: Output): void {
  for (const { name, toolChanges } of servers) {
    if (!toolChanges) continue;
    const { count, held } = toolChanges;
    const what = count === 1 ? '1 tool is not as it was' : `${count} tools are not as they were`;
    out.note(`${name}: ${what}${held ? ', and held back until you approve' : ''} (gatehouse tools ${name}).`);
  }
  if (vault.kind === 'memory') {
    const why = vault.why === 'chosen' ? 'as you chose' : 'because there is no keychain';
    out.note(`Logins are kept in memory only, ${why}: they end with Gatehouse.`);
  }
  if (vault.kind === 'keychain' && vault.isVolatile) {
    out.note('The keychain keeps logins only until you log out of this computer: its default collection is volatile.');
  }
  if (vault.kind === 'locked') out.note('The keychain is locked. Logins are kept and wait for it.');
  if (configProblem) out.note(`${sentenceOf(configProblem)} The last good configuration stays in force.`);
}
