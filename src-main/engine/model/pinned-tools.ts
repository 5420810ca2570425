import type { ServerName } from './ids.ts';

/** What happens to a tool that is another one than it was: nothing, it is told, or it is also held back. */
export const PIN_TOOLS = ['off', 'warn', 'hold'] as const;
export type PinTools = (typeof PIN_TOOLS)[number];

/** The setting for all servers, and of those that have one of their own. */
export interface Pinning {
  readonly all: PinTools;
  readonly each: ReadonlyMap<ServerName, PinTools>;
}

/** A tool as it was seen first, or approved since. */
export interface PinnedTool {
  readonly name: string;
  /** SHA-256, hex. Several where the server shows it to callers in several forms. */
  readonly hashes: readonly string[];
  /** For people, and cut where it is very long. */
  readonly text: string;
}

/** As a file keeps them. */
export type PinnedTools = readonly { readonly server: ServerName; readonly tools: readonly PinnedTool[] }[];

/** A tool that is not what was approved. */
export interface ToolChange {
  readonly name: string;
  readonly kind: 'changed' | 'new';
  /** Names what is shown, so that nothing else is approved. */
  readonly hash: string;
  /** Left out for a new tool. */
  readonly before?: string;
  readonly after: string;
}
