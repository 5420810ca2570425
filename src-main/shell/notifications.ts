import { app, Notification } from 'electron';
import type { Snapshot } from '../../src-preload/contract.ts';
import { noticeFor } from './notice.ts';
import { NOTHING_TOLD, stepNotifications } from './notification-policy.ts';
import type { Speech } from './speech.ts';
import type { TrayCommand } from './tray-items.ts';

export interface NotificationsOptions {
  readonly speech: () => Speech;
  /** Whether the person has the window before them. */
  readonly isLooking: () => boolean;
  readonly perform: (command: TrayCommand) => void;
}

export interface Notifications {
  /** The engine's last words; undefined while it does not answer. */
  tell(snapshot: Snapshot | undefined): void;
}

/** Obeys the policy; lives as long as the process. */
export function createNotifications({ speech, isLooking, perform }: NotificationsOptions): Notifications {
  // Windows shows none of a program that does not name itself as its shortcut does: the `appId` of electron-builder.yml.
  if (process.platform === 'win32') app.setAppUserModelId('io.gatehouse.app');
  let memory = NOTHING_TOLD;
  let latest: Snapshot | undefined;
  let timer: NodeJS.Timeout | undefined;
  // Held until it is withdrawn: what was closed by itself may still be in the system's list.
  const shown = new Map<number, Notification>();

  const step = (): void => {
    clearTimeout(timer);
    if (!latest || !Notification.isSupported()) return;
    const next = stepNotifications(memory, latest, Date.now(), isLooking());
    memory = next.memory;
    for (const id of next.withdraw) {
      shown.get(id)?.close();
      shown.delete(id);
    }
    for (const { id, matters } of next.show) {
      const notice = noticeFor(matters, latest, speech());
      if (!notice) continue;
      const { title, body, button } = notice;
      const notification = new Notification({ title, body, actions: [{ type: 'button', text: button.label }] });
      notification.on('action', () => perform(button.command));
      notification.on('click', () => perform({ run: 'open' }));
      notification.show();
      shown.set(id, notification);
    }
    if (next.lookAgainAt !== undefined) timer = setTimeout(step, Math.max(0, next.lookAgainAt - Date.now()));
  };

  return {
    tell: (snapshot) => {
      latest = snapshot;
      step();
    },
  };
}
