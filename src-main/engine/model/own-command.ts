/** A program and its arguments, unquoted: each place that it is written to has its own way of quoting. */
export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
}

/** Where this Gatehouse was started from. */
export type Installation =
  /** A checkout, an npm package, or the command line that the app brings: this Node runs this script. */
  | { readonly kind: 'node'; readonly node: string; readonly script: string }
  /**
   * The packaged app. It is no Node (fuse runAsNode, and on Windows a program started as Electron reads no standard
   * input), so it brings one. `resources` outlives the app's end; for an AppImage it is a copy.
   */
  | { readonly kind: 'app'; readonly resources: string; readonly platform: string };

/**
 * The `gatehouse` command as another program has to write it down: a systemd unit, the configuration of a tool that
 * speaks stdio, a launcher on the PATH. Absolute paths, because none of these has the person's PATH.
 */
export function ownCommand(installation: Installation, ...args: readonly string[]): CommandLine {
  if (installation.kind === 'node') {
    return { file: lastingNode(installation.node), args: [installation.script, ...args] };
  }
  const { resources, platform } = installation;
  const isWindows = platform === 'win32';
  const within = (...parts: string[]): string => [resources, 'command', ...parts].join(isWindows ? '\\' : '/');
  return { file: within(isWindows ? 'node.exe' : 'node'), args: [within('main', 'cli.js'), ...args] };
}

/** Homebrew removes the folder of a version with the next one; its `opt` always names the newest. */
function lastingNode(node: string): string {
  return node.replace(/^(.*)\/Cellar\/([^/]+)\/[^/]+\/bin\/node$/, '$1/opt/$2/bin/node');
}
