import type { Command } from 'commander';
import type { ControlClient } from '../control/socket-client.ts';
import { wordsFor } from '../engine/model/words.ts';
import type { Invocation, Run } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { sentenceAbout, statusLine } from './server-lines.ts';
import { onServer, withEngine } from './with-engine.ts';

type Verb = 'pause' | 'resume';

export function addPause(program: Command, run: Run): void {
  const add = (verb: Verb, description: string): void => {
    program
      .command(verb)
      .argument('[name]', 'one server; all of them where left out')
      .description(description)
      .action((name: string | undefined) => run((invocation) => change(invocation, verb, name)));
  };
  add('pause', 'refuse calls and go on renewing logins, until it is resumed or Gatehouse ends');
  add('resume', 'let calls through again');
}

function change(invocation: Invocation, verb: Verb, name: string | undefined): Promise<ExitCode> {
  return withEngine(invocation, (client) =>
    name === undefined ? changeAll(invocation, client, verb) : changeOne(invocation, client, verb, name),
  );
}

async function changeAll({ out }: Invocation, client: ControlClient, verb: Verb): Promise<ExitCode> {
  const reply = await client[verb]({});
  if (!reply.ok) return out.fail(reply.problem);
  const { word, sentence } = wordsFor({ kind: 'paused' }, String);
  out.tell({ paused: verb === 'pause' }, [verb === 'pause' ? `${word}. ${sentence}` : 'Resumed.']);
  return EXIT.done;
}

async function changeOne(
  { out, context }: Invocation,
  client: ControlClient,
  verb: Verb,
  name: string,
): Promise<ExitCode> {
  const reply = await onServer(client, name, client[verb]);
  if (!reply.ok) return out.fail(reply.problem);
  const status = await client.status({});
  if (!status.ok) return out.fail(status.problem);
  for (const row of status.value.servers.filter((one) => one.name === name)) {
    out.tell(statusLine(row, context.formatTime), [sentenceAbout(row, context.formatTime)]);
  }
  return EXIT.done;
}
