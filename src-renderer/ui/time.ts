import type { EpochMs } from '../../src-main/engine/model/ids.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// `undefined`: the person's own locale, and with it 24 or 12 hours.
const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayAndTime = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** A time of day; with the day where that is not today. */
export function formatTime(at: EpochMs, now: EpochMs = Date.now()): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return (isToday ? timeOfDay : dayAndTime).format(at);
}

/** A time of day, whatever the day. */
export function formatTimeOfDay(at: EpochMs): string {
  return timeOfDay.format(at);
}

const moment = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** A time of day with its seconds. */
export function formatMoment(at: EpochMs): string {
  return moment.format(at);
}

/** How long something took: "12 ms", "3.4 s", "2 min". */
export function formatTook(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  return ms < MINUTE ? `${(ms / SECOND).toFixed(1)} s` : formatSpan(ms);
}

/** A span as one speaks of it: "12 s", "4 min", "4 h 7 min", "22 h", "3 days". Never below zero. */
export function formatSpan(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.ceil(ms / SECOND))} s`;
  if (ms < HOUR) return `${Math.round(ms / MINUTE)} min`;
  if (ms < 10 * HOUR) {
    const minutes = Math.round((ms % HOUR) / MINUTE);
    return minutes === 0 || minutes === 60 ? `${Math.round(ms / HOUR)} h` : `${Math.floor(ms / HOUR)} h ${minutes} min`;
  }
  if (ms < 2 * DAY) return `${Math.round(ms / HOUR)} h`;
  return `${Math.round(ms / DAY)} days`;
}

/** A span that a person waits out: "5 min 12 s". */
export function formatCountdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / SECOND));
  if (seconds < 60) return `${seconds} s`;
  if (seconds >= 3600) return formatSpan(ms);
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
