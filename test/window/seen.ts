import { expect } from 'vitest';
import type { Snapshot } from '../../src-preload/contract.ts';
import type { ShownWindow, WindowStage } from './shown-window.ts';

type Options = Parameters<WindowStage['show']>[1];

/** A window for one test. Afterwards nothing may have complained, and nothing may have added a style of its own. */
export async function withWindow(
  stage: WindowStage,
  snapshot: Snapshot,
  look: (shown: ShownWindow) => Promise<void>,
  options: Options = {},
): Promise<void> {
  const shown = await stage.show(snapshot, options);
  try {
    await look(shown);
    // What the browser itself says of a cut line is no complaint of the page.
    expect(shown.complaints.filter((text) => !text.includes('net::ERR_'))).toEqual([]);
    expect(await shown.page.evaluate(() => document.querySelectorAll('style').length)).toBe(0);
  } finally {
    await shown.close();
  }
}

export function rowOn({ page }: Pick<ShownWindow, 'page'>, name: string) {
  return page.locator(`[data-server="${name}"]`);
}

/** What has the focus: its accessible name or text. */
export function focusOf({ page }: Pick<ShownWindow, 'page'>): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
    return element?.getAttribute('aria-label') ?? label ?? element?.textContent ?? '';
  });
}

/** Presses Tab until the wanted control has the focus, as a person without a pointer does. */
export async function tabTo(shown: Pick<ShownWindow, 'page'>, name: string): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    await shown.page.keyboard.press('Tab');
    if ((await focusOf(shown)) === name) return;
  }
  throw new Error(`Tab does not reach "${name}"`);
}
