import type { EpochMs } from '../engine/model/ids.ts';
import type { FormatTime } from '../engine/model/words.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A time of day as this person writes it, with the weekday where it is not today. */
export function createShortTimes(now: () => EpochMs, locale?: string): FormatTime {
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const dayAndTime = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (at) => (new Date(at).toDateString() === new Date(now()).toDateString() ? time : dayAndTime).format(at);
}

/** Coarse, because a menu is not written anew every second: "4 min", "22 h", "3 days"; less than a minute is one. */
export function coarseSpan(ms: number): string {
  if (ms < 90 * MINUTE) return `${Math.max(1, Math.round(ms / MINUTE))} min`;
  if (ms < 48 * HOUR) return `${Math.round(ms / HOUR)} h`;
  return `${Math.round(ms / (24 * HOUR))} days`;
}
