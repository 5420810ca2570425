import type { EpochMs } from '../../src-main/engine/model/ids.ts';
import { texts } from './texts.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const MINUTES = { hour: '2-digit', minute: '2-digit' } as const;

/** Each is made when it is first asked for: that takes milliseconds, and the first picture needs few of them. */
function formatsOf(locale: string | undefined) {
  return {
    timeOfDay: once(() => new Intl.DateTimeFormat(locale, MINUTES)),
    dayAndTime: once(
      () => new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', ...MINUTES }),
    ),
    moment: once(() => new Intl.DateTimeFormat(locale, { ...MINUTES, second: '2-digit' })),
    number: once(() => new Intl.NumberFormat(locale)),
    tenths: once(() => new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })),
    order: once(() => new Intl.Collator(locale, { numeric: true })),
    list: once(() => new Intl.ListFormat(locale)),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

// `undefined`: the person's own locale, and with it 24 or 12 hours.
let formats = formatsOf(undefined);

/** How times and numbers are written from now on. */
export function putTimeLocale(locale: string): void {
  formats = formatsOf(locale);
}

export function formatNumber(number: number): string {
  return formats.number().format(number);
}

/** For names as a person sorts them. */
export function compareNames(a: string, b: string): number {
  return formats.order().compare(a, b);
}

/** "a, b and c" */
export function formatList(names: readonly string[]): string {
  return formats.list().format(names);
}

/** A time of day; with the day where that is not today. */
export function formatTime(at: EpochMs, now: EpochMs = Date.now()): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return (isToday ? formats.timeOfDay() : formats.dayAndTime()).format(at);
}

/** A time of day, whatever the day. */
export function formatTimeOfDay(at: EpochMs): string {
  return formats.timeOfDay().format(at);
}

/** A time of day with its seconds. */
export function formatMoment(at: EpochMs): string {
  return formats.moment().format(at);
}

/** How long something took: "12 ms", "3.4 s", "2 min". */
export function formatTook(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  return ms < MINUTE ? texts.units.seconds(formats.tenths().format(ms / SECOND)) : formatSpan(ms);
}

/** A span as one speaks of it: "12 s", "4 min", "4 h 7 min", "22 h", "3 days". Never below zero. */
export function formatSpan(ms: number): string {
  const { units } = texts;
  if (ms < MINUTE) return units.seconds(String(Math.max(0, Math.ceil(ms / SECOND))));
  if (ms < HOUR) return units.minutes(Math.round(ms / MINUTE));
  if (ms < 10 * HOUR) {
    const minutes = Math.round((ms % HOUR) / MINUTE);
    return minutes === 0 || minutes === 60
      ? units.hours(Math.round(ms / HOUR))
      : units.and(units.hours(Math.floor(ms / HOUR)), units.minutes(minutes));
  }
  return ms < 2 * DAY ? units.hours(Math.round(ms / HOUR)) : units.days(Math.round(ms / DAY));
}

/** A span that a person waits out: "5 min 12 s". */
export function formatCountdown(ms: number): string {
  const { units } = texts;
  const seconds = Math.max(0, Math.ceil(ms / SECOND));
  if (seconds < 60) return units.seconds(String(seconds));
  if (seconds >= 3600) return formatSpan(ms);
  const minutes = units.minutes(Math.floor(seconds / 60));
  return seconds % 60 === 0 ? minutes : units.and(minutes, units.seconds(String(seconds % 60)));
}
