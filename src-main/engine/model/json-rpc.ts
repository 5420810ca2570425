/** Error codes of JSON-RPC 2.0, section 5.1. */
export const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;
export const INVALID_PARAMS = -32602;
export const INTERNAL_ERROR = -32603;

/** What a caller is told of a call whose answer is not there: nobody sends it again. */
export function mayHaveRun(sentence: string): string {
  return `${sentence} The call may have run; it was not sent a second time.`;
}

/** What its caller is told where the stream of a call is over without the answer, and nobody can resume it. */
export function endedUnanswered(server: string): { readonly code: number; readonly message: string } {
  return { code: INTERNAL_ERROR, message: mayHaveRun(`${server}: its stream ended before the answer.`) };
}
