import type { Command } from 'commander';
import type { ServerHistory } from '../../src-preload/contract.ts';
import { pointWords, spanWords } from '../engine/model/timeline-words.ts';
import type { FormatTime } from '../engine/model/words.ts';
import type { Invocation, Run } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { alignColumns } from './output.ts';
import { onServer, withEngine } from './with-engine.ts';

export function addHistory(program: Command, run: Run): void {
  program
    .command('history')
    .argument('<name>')
    .description('what happened to a server in the last 24 hours')
    .action((name: string) => run((invocation) => history(invocation, name)));
}

function history(invocation: Invocation, name: string): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out, context } = invocation;
    const reply = await onServer(client, name, client.history);
    if (!reply.ok) return out.fail(reply.problem);
    out.tell(reply.value, describe(reply.value, context.formatTime));
    return EXIT.done;
  });
}

function describe({ name, spans, points, until }: ServerHistory, time: FormatTime): string[] {
  if (spans.length === 0) return [`Nothing is known of ${name} in the last 24 hours.`];
  const states = spans.map((span) => ({
    at: span.from,
    row: [
      time(span.from),
      spanWords(span),
      span.until === until ? 'since then' : `for ${spanOf(span.until - span.from)}`,
    ],
  }));
  const moments = points.map((point) => ({
    at: point.at,
    row: [time(point.at), `  ${pointWords(point)}`, point.until === point.at ? '' : `until ${time(point.until)}`],
  }));
  // The sort is stable: what happened at the moment of a change stands below it.
  const lines = [...states, ...moments].sort((a, b) => a.at - b.at);
  return [`${name}, the last 24 hours:`, ...alignColumns(lines.map(({ row }) => row))];
}

/** "12 s", "4 min", "4 h 7 min". */
function spanOf(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
