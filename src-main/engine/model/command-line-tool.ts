/** Whether a person's terminal finds the `gatehouse` command that the app brings. */
export type CommandLineToolState =
  /** This program brings no command that could be installed, as a checkout does not. */
  | { readonly kind: 'not-here' }
  /** The package put it there, and takes it away with itself. */
  | { readonly kind: 'with-package'; readonly at: string }
  | { readonly kind: 'absent'; readonly at: string }
  /** Somebody else's file has that name, and stays. */
  | { readonly kind: 'taken'; readonly at: string }
  | { readonly kind: 'installed'; readonly at: string; readonly reach: CommandReach };

export type CommandReach =
  /** A new terminal runs it. */
  | { readonly kind: 'found' }
  /** Nobody could tell where the person's terminal looks. */
  | { readonly kind: 'unknown'; readonly folder: string }
  | { readonly kind: 'off-path'; readonly folder: string; readonly advice?: PathAdvice }
  /** Another command of this name comes first. */
  | { readonly kind: 'shadowed'; readonly by: string };

/** What a person adds, and where: a file of their shell, or what they run once. */
export interface PathAdvice {
  readonly file?: string;
  readonly line: string;
}

/** What stands where the command would be. */
export type LinkThere =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'other' };

/** A link to a packed command is ours, whatever version or place of Gatehouse it leads to. */
export function isOwnLink(there: LinkThere): boolean {
  return there.kind === 'link' && there.target.endsWith('/command/bin/gatehouse');
}

/**
 * @param path the folders in which the person's terminal looks, in its order; undefined where nobody could tell
 * @param commandIn the command of our name in such a folder, and whether it is ours
 */
export function reachOf(
  folder: string,
  path: readonly string[] | undefined,
  commandIn: (folder: string) => { readonly file: string; readonly isOwn: boolean } | undefined,
  advice: PathAdvice | undefined,
): CommandReach {
  if (!path) return { kind: 'unknown', folder };
  for (const one of path) {
    const found = commandIn(one);
    if (found) return found.isOwn ? { kind: 'found' } : { kind: 'shadowed', by: found.file };
  }
  return { kind: 'off-path', folder, ...(advice ? { advice } : {}) };
}

/** How a person lets their shell look into `~/.local/bin`; undefined for shells that we do not know. */
export function pathAdvice(shell: string, platform: string): PathAdvice | undefined {
  const line = 'export PATH="$HOME/.local/bin:$PATH"';
  switch (shell.slice(shell.lastIndexOf('/') + 1)) {
    case 'zsh':
      return { file: '~/.zshrc', line };
    case 'bash':
      // Terminals of macOS start login shells.
      return { file: platform === 'darwin' ? '~/.bash_profile' : '~/.bashrc', line };
    case 'fish':
      return { line: 'fish_add_path ~/.local/bin' };
    default:
      return undefined;
  }
}
