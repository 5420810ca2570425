import type { PowerMonitor } from 'electron';

/**
 * The machine woke, or the person came back to it: looked at once, not at the clock's next tick. What sleeps needs no
 * word: a refresh that the sleep interrupts is judged when it ends.
 */
export function onReturn(power: Pick<PowerMonitor, 'on'>, look: (event: 'resume' | 'unlock-screen') => void): void {
  power.on('resume', () => look('resume'));
  power.on('unlock-screen', () => look('unlock-screen'));
}
