/**
 * The file of the AppImage that this program runs from. A terminal of another program that is an AppImage (an editor, say)
 * hands its own variables down; ours has our program in its mount.
 * @see AppImage documentation, "Environment variables"
 */
export function appImageOf(
  { APPIMAGE: file, APPDIR: mount }: Readonly<Record<string, string | undefined>>,
  execPath: string,
): string | undefined {
  if (!file) return undefined;
  return mount === undefined || execPath.startsWith(`${mount}/`) ? file : undefined;
}
