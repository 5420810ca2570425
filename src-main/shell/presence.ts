import type { PowerMonitor } from 'electron';
import type { Presence } from '../engine/ports.ts';

/** Whether the person is there, as the desktop tells it. */
export function createDesktopPresence(power: Pick<PowerMonitor, 'getSystemIdleState' | 'getSystemIdleTime'>): Presence {
  return {
    idleMs() {
      switch (power.getSystemIdleState(1)) {
        case 'locked':
          return Number.POSITIVE_INFINITY;
        case 'unknown':
          return undefined;
        default:
          return power.getSystemIdleTime() * 1000;
      }
    },
  };
}
