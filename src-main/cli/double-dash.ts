import type { Command } from 'commander';

/** Whether "--" was typed: what stands behind it is another program's command, options included. */
export function hasDoubleDash(command: Command): boolean {
  let root = command;
  while (root.parent) root = root.parent;
  return (root as Command & { readonly rawArgs: readonly string[] }).rawArgs.includes('--');
}
