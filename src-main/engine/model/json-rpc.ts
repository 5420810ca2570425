/** Error codes of JSON-RPC 2.0, section 5.1. */
export const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;
export const INVALID_PARAMS = -32602;
export const INTERNAL_ERROR = -32603;

/** What a caller is told of a call whose answer is not there: nobody sends it again. */
export function mayHaveRun(sentence: string): string {
  return `${sentence} The call may have run; it was not sent a second time.`;
}
