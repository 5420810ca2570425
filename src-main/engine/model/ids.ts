/** Milliseconds since 1970, wall clock. */
export type EpochMs = number;

/** The name under which a server is configured: the key in `mcpServers` and the last part of `/mcp/<server>`. */
export type ServerName = string;

/** Names one login attempt. Never the OAuth `state`. */
export type FlowId = string;

/** On every log line that one edge (a caller's request, an alarm, a click) caused. */
export type CorrelationId = string;

/** An authorization server's issuer identifier, compared character by character. @see RFC 8414 section 2 */
export type Issuer = string;

const SERVER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const SERVER_NAME_RULE =
  'A name has 1 to 64 letters, digits, dots, dashes or underscores, and begins with a letter or digit.';

export function isServerName(name: string): boolean {
  return SERVER_NAME.test(name) && name !== '__proto__';
}
