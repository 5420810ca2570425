import { Menu, nativeImage, Tray } from 'electron';
import { type TrayActions, trayMenu } from './tray-menu.ts';

export interface TrayIcon {
  /** Shows the state in one sentence. */
  tell(sentence: string): void;
}

/** @param image file of the icon; one that is named `...Template.png` is tinted by macOS */
export function createTray(image: string, actions: TrayActions): TrayIcon {
  const tray = new Tray(nativeImage.createFromPath(image));
  let told: string | undefined;
  // On macOS a click opens the menu.
  if (process.platform !== 'darwin') tray.on('click', actions.open);
  return {
    tell: (sentence) => {
      if (sentence === told) return;
      told = sentence;
      tray.setToolTip(`Gatehouse: ${sentence}`);
      // Linux shows the menu as it was when it was set.
      tray.setContextMenu(Menu.buildFromTemplate(trayMenu(sentence, actions)));
    },
  };
}

/** The icon's file name for a system, drawn by `npm run icons`. */
export function trayImageName(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'trayTemplate.png';
  return platform === 'win32' ? 'tray.ico' : 'tray.png';
}
