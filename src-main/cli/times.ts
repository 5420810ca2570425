import type { EpochMs } from '../engine/model/ids.ts';
import type { FormatTime } from '../engine/model/words.ts';

const SECONDS_MATTER_WITHIN_MS = 2 * 60_000;

/** A time of day as the person's locale writes it; with seconds when it is near, with the date when it is another day. */
export function createTimeFormat(now: () => EpochMs, locale?: string): FormatTime {
  return (at) => {
    const moment = new Date(at);
    const today = new Date(now());
    const timeStyle = Math.abs(at - today.getTime()) < SECONDS_MATTER_WITHIN_MS ? 'medium' : 'short';
    return moment.toDateString() === today.toDateString()
      ? moment.toLocaleTimeString(locale, { timeStyle })
      : moment.toLocaleString(locale, { dateStyle: 'medium', timeStyle });
  };
}
