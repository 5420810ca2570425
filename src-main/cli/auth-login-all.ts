import type { Snapshot } from '../../src-preload/contract.ts';
import type { ControlClient } from '../control/socket-client.ts';
import type { Invocation } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { sentenceOf } from './output.ts';
import { codeLines } from './sign-in-lines.ts';
import { withEngine } from './with-engine.ts';

/** Signs in to all servers that need it, one after the other. Ctrl-C ends the sign-in under way and the rest. */
export function loginToAll(invocation: Invocation, openBrowser: boolean): Promise<ExitCode> {
  return withEngine(invocation, async (client) => {
    const { out, context } = invocation;
    const stopShowing = showTurns(invocation, client);
    let isInterrupted = false;
    const stopListening = context.onInterrupt(() => {
      isInterrupted = true;
      void client.stopLoginToAll({});
    });
    const reply = await client.startLoginToAll({ openBrowser });
    stopListening();
    stopShowing();
    if (!reply.ok) return out.fail(reply.problem);
    const { signedIn, passedOver } = reply.value;
    const nothing = signedIn.length + passedOver.length === 0;
    out.tell({ event: 'done', ...reply.value }, [
      nothing ? 'No server needs a sign-in.' : `Signed in to ${signedIn.length === 0 ? 'none' : signedIn.join(', ')}.`,
      ...passedOver.map(({ name, problem }) => `Passed over ${name}: ${sentenceOf(problem)}`),
    ]);
    if (isInterrupted) return EXIT.interrupted;
    return passedOver.length === 0 ? EXIT.done : EXIT.personNeeded;
  });
}

/** Whose turn it is, and the link of it: there may be no browser here. */
function showTurns({ out }: Invocation, client: ControlClient): () => void {
  let turn: Snapshot['loginToAll'];
  let shownLink: string | undefined;
  let shownCode: string | undefined;
  const stopTurns = client.on('snapshot', ({ loginToAll }) => {
    turn = loginToAll;
  });
  const stopLinks = client.on('server', ({ name, authorizationUrl, device }) => {
    if (name !== turn?.server) return;
    if (device && device.userCode !== shownCode) {
      shownCode = device.userCode;
      out.tell({ event: 'device', name, device }, [
        `No browser there? On any device, open this page to sign in to ${name}:`,
        ...codeLines(device),
      ]);
    }
    if (authorizationUrl === undefined || authorizationUrl === shownLink) return;
    shownLink = authorizationUrl;
    out.tell({ event: 'authorization', name, authorizationUrl, left: turn.left }, [
      `Signing in to ${name}${turn.left === 0 ? '' : `, ${turn.left} more after it`}. Its link:`,
      '',
      `  ${authorizationUrl}`,
      '',
    ]);
  });
  return () => {
    stopTurns();
    stopLinks();
  };
}
