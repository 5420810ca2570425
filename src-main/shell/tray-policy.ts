import type { TrayItem } from './tray-items.ts';

/** What is drawn in the panel. */
export interface Drawn {
  readonly image: string;
  readonly toolTip: string;
  readonly items: readonly TrayItem[];
}

/** What of it is set anew. */
export interface Redraw {
  readonly image: boolean;
  readonly toolTip: boolean;
  readonly menu: boolean;
}

/**
 * Icon and tooltip follow at once. A menu that somebody looks at stays as it is until it is closed; Linux does not tell
 * for sure that one is open, and its menus change with a state only.
 */
export function redraw(before: Drawn | undefined, wanted: Drawn, isMenuOpen: boolean): Redraw {
  return {
    image: before?.image !== wanted.image,
    toolTip: before?.toolTip !== wanted.toolTip,
    menu: !isMenuOpen && (before === undefined || JSON.stringify(before.items) !== JSON.stringify(wanted.items)),
  };
}

/** Whether the menu's times run down in it. On Linux they are times of day, which stay true. */
export function menuWrites(platform: NodeJS.Platform): 'spans' | 'times-of-day' {
  return platform === 'linux' ? 'times-of-day' : 'spans';
}
