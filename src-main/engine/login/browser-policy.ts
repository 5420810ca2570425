import type { EpochMs } from '../model/ids.ts';
import type { BrowserSetting } from '../model/server-config.ts';

/** Automatic flows open at most one page for each server in this time. */
export const AUTOMATIC_PAGE_EVERY_MS = 5 * 60_000;

/** Nobody touched a key or the pointer for so long: the person is elsewhere. */
export const AWAY_AFTER_MS = 5 * 60_000;

export type FlowTrigger = 'person' | 'automatic';

export type BrowserVerdict =
  | { readonly open: true }
  | { readonly open: false; readonly why: 'setting' | 'away' }
  | { readonly open: false; readonly why: 'recently-opened'; readonly nextAt: EpochMs };

/** May a flow open a browser now? A person's click always may; it is never counted against a limit (O3). */
export function mayOpenBrowser(input: {
  readonly trigger: FlowTrigger;
  readonly setting: BrowserSetting;
  /** When an automatic flow of this server last opened a page, also before a restart. */
  readonly lastAutomaticPageAt: EpochMs | undefined;
  /** Since the last key or movement. Undefined: this machine cannot tell, and the setting that was chosen decides. */
  readonly idleMs: number | undefined;
  readonly now: EpochMs;
}): BrowserVerdict {
  if (input.trigger === 'person') return { open: true };
  if (input.setting === 'ask') return { open: false, why: 'setting' };
  if ((input.idleMs ?? 0) >= AWAY_AFTER_MS) return { open: false, why: 'away' };
  const { lastAutomaticPageAt: lastAt, now } = input;
  // A time in the future tells only that the clock was set back since.
  if (lastAt === undefined || lastAt > now) return { open: true };
  const nextAt = lastAt + AUTOMATIC_PAGE_EVERY_MS;
  return now < nextAt ? { open: false, why: 'recently-opened', nextAt } : { open: true };
}
