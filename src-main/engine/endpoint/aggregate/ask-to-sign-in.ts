import type { Result, ServerContext } from '@modelcontextprotocol/server';
import type { Upstream } from '../../upstream/upstream.ts';

/** The key of our own question among a modern request's answers. */
const SIGN_IN = 'gatehouse-sign-in';

export interface SignInLink {
  readonly url: string;
  readonly message: string;
  /** Names this one question. */
  readonly id: string;
}

/** What the caller's person said to our question; undefined where it was not asked. */
export function answerToSignIn({ mcpReq }: ServerContext): 'went' | 'declined' | undefined {
  const answer = mcpReq.inputResponses?.[SIGN_IN];
  if (answer === undefined) return undefined;
  const isAccepted = typeof answer === 'object' && answer !== null && 'action' in answer && answer.action === 'accept';
  return isAccepted ? 'went' : 'declined';
}

/** @see MCP 2026-07-28, client/elicitation, "URL mode", and basic/patterns/mrtr */
export function askedByResult(link: SignInLink): Result {
  return {
    resultType: 'input_required',
    inputRequests: {
      [SIGN_IN]: { method: 'elicitation/create', params: { mode: 'url', url: link.url, message: link.message } },
    },
  };
}

/** Where the caller wants to hear of progress, it hears what the call waits for, each time that this is called. */
export function tellOfWait({ mcpReq }: ServerContext, server: Upstream): () => void {
  const token = mcpReq._meta?.progressToken;
  if (token === undefined) return () => {};
  // "The progress value MUST increase with each notification", also over those that the tool will send.
  let times = 0;
  return () => {
    times += 1;
    const progress = 1 - 1 / times;
    const params = { progressToken: token, progress, message: `${server.name}: waiting for the sign-in.` };
    void mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
  };
}
