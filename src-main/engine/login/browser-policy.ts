import type { EpochMs } from '../model/ids.ts';
import type { BrowserSetting } from '../model/server-config.ts';

/** Automatic flows open at most one page for each server in this time. */
export const AUTOMATIC_PAGE_EVERY_MS = 5 * 60_000;

export type FlowTrigger = 'person' | 'automatic';

export type BrowserVerdict =
  | { readonly open: true }
  | { readonly open: false; readonly why: 'setting' }
  | { readonly open: false; readonly why: 'recently-opened'; readonly nextAt: EpochMs };

/** May a flow open a browser now? A person's click always may; it is never counted against a limit (O3). */
export function mayOpenBrowser(input: {
  readonly trigger: FlowTrigger;
  readonly setting: BrowserSetting;
  /** When an automatic flow of this server last opened a page. */
  readonly lastAutomaticPageAt: EpochMs | undefined;
  readonly now: EpochMs;
}): BrowserVerdict {
  if (input.trigger === 'person') return { open: true };
  if (input.setting === 'ask') return { open: false, why: 'setting' };
  const nextAt = (input.lastAutomaticPageAt ?? Number.NEGATIVE_INFINITY) + AUTOMATIC_PAGE_EVERY_MS;
  return input.now < nextAt ? { open: false, why: 'recently-opened', nextAt } : { open: true };
}
