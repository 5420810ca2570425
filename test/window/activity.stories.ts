import { expect, it } from 'vitest';
import { activityOf, rowOf, snapshotOf } from './pictures.ts';
import { withWindow } from './seen.ts';
import type { ShownWindow, WindowStage } from './shown-window.ts';

const now = Date.now();
const one = [rowOf('one', { kind: 'disabled' })];

/** The engine has these; `more` adds what comes while somebody looks. */
function scriptActivity({ engine }: ShownWindow, count: number) {
  let rows = activityOf(now, count);
  engine.answers('activity', ({ after }) => ({ ok: true, value: rows.filter(({ number }) => number > after) }));
  return {
    more: (added: number) => {
      rows = [...rows, ...activityOf(now, added, rows.length + 1)];
    },
  };
}

export function activityStories(stage: () => WindowStage): void {
  it('shows calls as they come, newest first, and filters them by server, caller and error', async () => {
    await withWindow(stage(), snapshotOf(one), async (shown) => {
      const { page } = shown;
      const script = scriptActivity(shown, 100);
      await page.getByRole('tab', { name: 'Activity' }).click();
      await page.getByText('100 calls').waitFor();
      script.more(20);
      await page.getByText('120 calls').waitFor();
      await page.getByLabel('Server').selectOption('linear');
      await page.getByText('30 calls').waitFor();
      expect(new Set(await page.locator('.activity-row b').allTextContents())).toEqual(new Set(['linear']));
      await page.getByLabel('Server').selectOption('All servers');
      await page.getByLabel('Caller').selectOption('Cursor');
      await page.getByText('40 calls').waitFor();
      await page.getByLabel('Outcome').selectOption('Errors only');
      const outcomes = await page.locator('.activity-outcome').allTextContents();
      expect(new Set(outcomes)).toEqual(new Set(['Failed (503)', 'Not sent on: the login ended']));
    });
  });

  it('says so where nobody has called yet', async () => {
    await withWindow(stage(), snapshotOf(one), async ({ page }) => {
      await page.getByRole('tab', { name: 'Activity' }).click();
      await page.getByText('No caller has asked for anything').waitFor();
    });
  });

  it('holds ten thousand rows as a few elements, scrolls through them by keyboard, and keeps what is seen while more come', async () => {
    await withWindow(stage(), snapshotOf(one), async (shown) => {
      const { page } = shown;
      const script = scriptActivity(shown, 10_000);
      await page.getByRole('tab', { name: 'Activity' }).click();
      await page.getByText('10,000 calls').waitFor();
      expect(await page.locator('.activity-row').count()).toBeLessThan(80);
      const list = page.getByRole('region', { name: 'The last calls, newest first' });
      await list.focus();
      await page.keyboard.press('End');
      await expect.poll(() => page.locator('.activity-row').last().getAttribute('aria-posinset')).toBe('10000');
      await page.keyboard.press('Home');
      await expect.poll(() => page.locator('.activity-row').first().getAttribute('aria-posinset')).toBe('1');
      await page.keyboard.press('PageDown');
      await expect.poll(() => list.evaluate((element) => element.scrollTop)).toBeGreaterThan(300);
      const seen = () => page.locator('.activity-row').nth(15).textContent();
      let top = -1;
      const isStill = async () => {
        const before = top;
        top = await list.evaluate((element) => element.scrollTop);
        return top === before;
      };
      await expect.poll(isStill).toBe(true);
      const before = await seen();
      script.more(30);
      await page.getByRole('button', { name: '30 new calls' }).waitFor();
      expect(await seen()).toBe(before);
      await page.getByRole('button', { name: '30 new calls' }).click();
      await expect.poll(() => list.evaluate((element) => element.scrollTop)).toBe(0);
      expect(await page.getByText('10,000 calls').count()).toBe(1);
    });
  });
}
