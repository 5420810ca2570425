import type { Face } from '../engine/model/overall.ts';

/** What tells on which ground the icon stands. */
export interface Panel {
  readonly platform: NodeJS.Platform;
  /** `XDG_CURRENT_DESKTOP`, a list with colons. */
  readonly desktop: string | undefined;
  /** Of the system, not of the app's own theme. */
  readonly isSystemDark: boolean;
}

/** Their panel is dark, whatever the theme. */
const DARK_PANELS: ReadonlySet<string> = new Set(['gnome', 'unity', 'pop', 'gnome-classic', 'pantheon', 'cinnamon']);

/**
 * The icon's file below `assets`, drawn by `npm run icons` from one drawing. macOS tints a `...Template` itself, and
 * takes the `@2x` beside it by its name.
 */
export function trayImageName(face: Face, panel: Panel): string {
  if (panel.platform === 'darwin') return `tray/${face}Template.png`;
  const ground = isDark(panel) ? 'dark' : 'light';
  return `tray/${face}-${ground}.${panel.platform === 'win32' ? 'ico' : 'png'}`;
}

function isDark({ platform, desktop, isSystemDark }: Panel): boolean {
  if (platform === 'win32') return isSystemDark;
  const desktops = (desktop ?? '').toLowerCase().split(':');
  return isSystemDark || desktops.some((name) => DARK_PANELS.has(name));
}
