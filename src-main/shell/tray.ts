import { join } from 'node:path';
import { Menu, type MenuItemConstructorOptions, nativeImage, nativeTheme, Tray } from 'electron';
import { reasonOf } from '../engine/model/reason.ts';
import { trayImageName } from './tray-image.ts';
import type { TrayCommand, TrayItem } from './tray-items.ts';
import type { TrayLook } from './tray-menu.ts';
import { type Drawn, redraw } from './tray-policy.ts';

export interface TrayOptions {
  /** The folder with the icons. */
  readonly assets: string;
  readonly env: NodeJS.ProcessEnv;
  readonly isSystemDark: () => boolean;
  readonly perform: (command: TrayCommand) => void;
  /** No tray can be made here: the window and a second start do everything. Told once. */
  readonly onAbsent: (reason: string) => void;
}

export interface TrayIcon {
  /** Draws what differs from what is there. */
  show(look: TrayLook): void;
  /** Makes it anew, for a panel that came after it. */
  renew(): void;
}

const { platform } = process;

export function createTray({ assets, env, isSystemDark, perform, onAbsent }: TrayOptions): TrayIcon {
  let tray: Tray | undefined;
  let drawn: Drawn | undefined;
  let look: TrayLook | undefined;
  let isMenuOpen = false;
  let isAbsent = false;

  const make = (image: string): Tray | undefined => {
    try {
      const made = new Tray(nativeImage.createFromPath(image));
      // On macOS a click opens the menu.
      if (platform !== 'darwin') made.on('click', () => perform({ run: 'open' }));
      return made;
    } catch (error) {
      if (!isAbsent) onAbsent(reasonOf(error));
      isAbsent = true;
      return undefined;
    }
  };

  const menuOf = (items: readonly TrayItem[]): Menu => {
    const menu = Menu.buildFromTemplate(items.map((item) => templateOf(item, perform)));
    // Linux does not tell for sure when one is open.
    if (platform === 'linux') return menu;
    menu.on('menu-will-show', () => {
      isMenuOpen = true;
    });
    menu.on('menu-will-close', () => {
      isMenuOpen = false;
      // A click is answered by the menu that was clicked, before another takes its place.
      setImmediate(draw);
    });
    return menu;
  };

  const draw = (): void => {
    if (!look) return;
    const { face, toolTip, items } = look;
    const panel = { platform, desktop: env.XDG_CURRENT_DESKTOP, isSystemDark: isSystemDark() };
    const wanted: Drawn = { image: join(assets, trayImageName(face, panel)), toolTip, items };
    if (!tray) {
      tray = make(wanted.image);
      drawn = undefined;
    }
    if (!tray) return;
    const change = redraw(drawn, wanted, isMenuOpen);
    if (change.image) tray.setImage(nativeImage.createFromPath(wanted.image));
    if (change.toolTip) tray.setToolTip(wanted.toolTip);
    if (change.menu) tray.setContextMenu(menuOf(wanted.items));
    drawn = { ...wanted, items: change.menu || !drawn ? wanted.items : drawn.items };
  };

  nativeTheme.on('updated', draw);
  return {
    show: (next) => {
      look = next;
      draw();
    },
    renew: () => {
      tray?.destroy();
      tray = undefined;
      isMenuOpen = false;
      draw();
    },
  };
}

function templateOf(item: TrayItem, perform: (command: TrayCommand) => void): MenuItemConstructorOptions {
  if (item === 'separator') return { type: 'separator' };
  // Windows underlines the letter after a single one.
  const label = item.label.replaceAll('&', '&&');
  if ('items' in item) return { label, submenu: item.items.map((inner) => templateOf(inner, perform)) };
  if (!('command' in item)) return { label, enabled: false };
  const { command, checked } = item;
  const click = (): void => perform(command);
  return checked === undefined ? { label, click } : { label, click, type: 'checkbox', checked };
}
