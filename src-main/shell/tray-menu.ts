import type { MenuItemConstructorOptions } from 'electron';

export interface TrayActions {
  readonly open: () => void;
  readonly quit: () => void;
}

/** The tray's menu. Everything that the icon can do is in it: on Linux a click may do nothing else. */
export function trayMenu(sentence: string, { open, quit }: TrayActions): MenuItemConstructorOptions[] {
  return [
    { label: sentence, enabled: false },
    { type: 'separator' },
    { label: 'Open Gatehouse', click: () => open() },
    { label: 'Quit Gatehouse', click: () => quit() },
  ];
}
