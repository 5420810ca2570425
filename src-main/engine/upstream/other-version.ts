const UNSUPPORTED_PROTOCOL_VERSION = -32022;

/**
 * Whether a server refused a request for its revision (M1): nothing was done, and it may be of another era by now.
 *
 * @see MCP 2026-07-28, basic/versioning
 */
export function wantsOtherVersion(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNSUPPORTED_PROTOCOL_VERSION;
}
