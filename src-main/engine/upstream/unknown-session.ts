/** Longer answers say something else. */
export const LONGEST_REFUSAL = 4 * 1024;

/**
 * Whether an answer means that the server forgot the session, and did nothing of what was asked.
 *
 * Many servers say it with 400 instead of 404, as the SDKs' own examples do (`server-everything`: "Bad Request: No valid
 * session ID provided"; mcp-go: "Invalid session ID").
 *
 * @see MCP 2025-11-25, basic/transports, "Session Management"
 */
export function saysUnknownSession(status: number, text: string): boolean {
  if (status === 404) return true;
  return (
    status === 400 &&
    /\b(no valid|invalid|unknown) session|session( id)? (was |is )?(not found|invalid|unknown)/i.test(text)
  );
}
