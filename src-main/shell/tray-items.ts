import type { ServerName } from '../engine/model/ids.ts';

/** What a click in the tray's menu asks for. Data, so that a menu can be compared with the one before. */
export type TrayCommand =
  | { readonly run: ServerCommand; readonly server: ServerName }
  | {
      readonly run:
        | 'sign-in-to-all'
        | 'stop-signing-in'
        | 'unlock'
        | 'pause-all'
        | 'resume-all'
        | 'copy-endpoint'
        | 'start-at-login'
        | 'do-not-start-at-login'
        | 'install-command-line-tool'
        | 'check-for-updates'
        | 'install-update'
        | 'open'
        | 'quit';
    };

export type ServerCommand =
  | 'sign-in'
  | 'start-over'
  | 'cancel'
  | 'copy-sign-in-link'
  | 'sign-out'
  | 'reconnect'
  | 'pause'
  | 'resume'
  | 'enable'
  | 'disable'
  | 'copy-server-endpoint';

export type TrayItem =
  | 'separator'
  /** Only to be read. */
  | { readonly label: string }
  | { readonly label: string; readonly command: TrayCommand; readonly checked?: boolean }
  | { readonly label: string; readonly items: readonly TrayItem[] };

/** Groups with a line between them; empty ones are left out. */
export function separated(groups: readonly (readonly TrayItem[])[]): readonly TrayItem[] {
  return groups
    .filter((group) => group.length > 0)
    .flatMap((group, index) => (index === 0 ? group : ['separator' as const, ...group]));
}
