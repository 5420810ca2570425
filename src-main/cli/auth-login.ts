import { createInterface } from 'node:readline';
import type { ControlClient, LoginStarted, ServerRow } from '../control/socket-client.ts';
import { isClientWanted } from '../engine/model/client-wanted.ts';
import type { Result } from '../engine/model/result.ts';
import type { CliContext, InputStream, Invocation } from './context.ts';
import { EXIT, type ExitCode, exitCodeForReached } from './exit-codes.ts';
import { sentenceOf } from './output.ts';
import { clientCommand, sentenceAbout } from './server-lines.ts';
import { linesOfSignIn } from './sign-in-lines.ts';
import { onServer, withEngine } from './with-engine.ts';

/** Starts or joins a sign-in, shows its link, and waits for the person: in the browser, or with a pasted address. */
export function login(
  invocation: Invocation,
  name: string,
  how: { readonly openBrowser: boolean; readonly device?: true },
): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out, context } = invocation;
    const started = await onServer(client, name, (named) => client.startLogin({ ...named, ...how }));
    if (!started.ok) {
      const code = out.fail(started.problem);
      if (isClientWanted(started.problem)) out.note(`With it: ${clientCommand(name)}`);
      return code;
    }
    tellStarted(invocation, name, started.value);
    const outcome = await whenEnded(invocation, client, name, started.value);
    if (outcome === 'interrupted') {
      out.note(
        `The sign-in stays open until ${context.formatTime(started.value.deadline)}. ` +
          `Finish it ${started.value.device ? 'with the code' : 'in the browser'}, or end it with "gatehouse auth cancel ${name}".`,
      );
      return EXIT.interrupted;
    }
    if (!outcome.ok) return out.fail(outcome.problem);
    const row = outcome.value;
    out.tell({ event: 'done', state: row.state.kind }, ['Signed in.', sentenceAbout(row, context.formatTime)]);
    return exitCodeAfterLogin(row);
  });
}

function tellStarted({ out, context }: Invocation, name: string, started: LoginStarted): void {
  const { correlationId, authorizationUrl, browserOpened, joined, browserError, device } = started;
  out.tell(
    {
      event: 'authorization',
      correlationId,
      authorizationUrl,
      browserOpened,
      joined,
      ...(browserError === undefined ? {} : { browserError }),
      ...(device ? { device } : {}),
    },
    linesOfSignIn(name, started, context.formatTime),
  );
}

async function whenEnded(
  { out, context }: Invocation,
  client: ControlClient,
  name: string,
  started: LoginStarted,
): Promise<Result<ServerRow> | 'interrupted'> {
  const stopReading = readAddresses(context.stdin, async (address) => {
    const pasted = await client.pasteCallback({ name, address });
    // Whether the sign-in ended is told by the wait; a wrong address ends nothing and may be pasted again.
    if (!pasted.ok) out.note(sentenceOf(pasted.problem));
  });
  const interrupt = whenInterrupted(context);
  try {
    return await Promise.race([client.waitForLogin({ name, flowId: started.flowId }), interrupt.happened]);
  } finally {
    interrupt.stopListening();
    stopReading();
  }
}

function whenInterrupted(context: CliContext): { happened: Promise<'interrupted'>; stopListening: () => void } {
  let stopListening = (): void => {};
  const happened = new Promise<'interrupted'>((resolve) => {
    stopListening = context.onInterrupt(() => resolve('interrupted'));
  });
  return { happened, stopListening };
}

/** Standard input may be a terminal, a pipe, closed or empty; its end is not the end of the sign-in. */
function readAddresses(stdin: InputStream, onAddress: (address: string) => Promise<void>): () => void {
  if (!stdin.readable) return () => {};
  stdin.on('error', () => {});
  const lines = createInterface({ input: stdin, terminal: false });
  lines.on('line', (line) => {
    const address = line.trim();
    if (address !== '') void onAddress(address);
  });
  return () => lines.close();
}

/** The person has signed in. That the server is out of reach just now is for the engine to heal, and no failure. */
function exitCodeAfterLogin(row: ServerRow): ExitCode {
  return row.state.kind === 'waiting' || row.state.kind === 'connecting' ? EXIT.done : exitCodeForReached(row.state);
}
