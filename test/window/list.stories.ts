import { expect, it } from 'vitest';
import { freshToken, loginOf, manyServers, rowOf, snapshotOf } from './pictures.ts';
import { focusOf, rowOn, withWindow } from './seen.ts';
import type { ShownWindow, WindowStage } from './shown-window.ts';

const now = Date.now();

function namesOn({ page }: ShownWindow): Promise<readonly (string | null)[]> {
  return page
    .locator('[data-server]')
    .evaluateAll((rows) => rows.map((row) => (row instanceof HTMLElement ? (row.dataset.server ?? null) : null)));
}

export function listStories(stage: () => WindowStage): void {
  it('offers search, filter and order from eight servers on, and "/" leads to the search', async () => {
    await withWindow(stage(), snapshotOf(manyServers(now, 7)), async (shown) => {
      const { page, engine } = shown;
      await rowOn(shown, 'server-01').waitFor();
      expect(await page.getByRole('searchbox').count()).toBe(0);
      engine.showsAll({ servers: [...manyServers(now, 60)] });
      await page.getByRole('searchbox', { name: 'Search servers' }).waitFor();
      await page.keyboard.press('/');
      await expect.poll(() => focusOf(shown)).toBe('Search servers');
      await page.keyboard.type('server-4');
      await expect.poll(async () => (await namesOn(shown)).length).toBe(10);
      await page.keyboard.type('/x');
      expect(await page.getByRole('searchbox').inputValue()).toBe('server-4/x');
      await page.getByText('No server is like that.').waitFor();
      await page.getByRole('button', { name: 'Show all' }).click();
      await expect.poll(async () => (await namesOn(shown)).length).toBe(60);
      await page.getByRole('searchbox').fill('SERVER 07');
      await expect.poll(() => namesOn(shown)).toEqual(['server-07']);
      await page.keyboard.press('Escape');
      await expect.poll(async () => (await namesOn(shown)).length).toBe(60);
      await page.getByRole('button', { name: 'Add server' }).click();
      await page.getByRole('dialog').getByLabel('URL').fill('https://x');
      await page.keyboard.press('/');
      expect(await page.getByRole('dialog').getByLabel('URL').inputValue()).toBe('https://x/');
    });
  });

  it('keeps what was chosen while rows change, and when another page was looked at', async () => {
    const rows = Array.from({ length: 9 }, (_, index) =>
      rowOf(`s-${9 - index}`, { kind: 'ready', token: freshToken(now, 60, 30) }, { lastCallAt: now - index }),
    );
    await withWindow(stage(), snapshotOf(rows), async (shown) => {
      const { page, engine } = shown;
      const needed = { kind: 'login-needed', reason: { code: 'login-absent' } } as const;
      engine.shows({ ...engine.row('s-3'), state: needed });
      await expect.poll(async () => (await namesOn(shown))[0]).toBe('s-3');
      await page.getByLabel('Order').selectOption('By name');
      await expect.poll(() => namesOn(shown)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `s-${number}`));
      await page.getByLabel('Show').selectOption('Needs you (1)');
      await expect.poll(() => namesOn(shown)).toEqual(['s-3']);
      engine.shows({ ...engine.row('s-8'), state: needed });
      await expect.poll(() => namesOn(shown)).toEqual(['s-3', 's-8']);
      engine.shows({ ...engine.row('s-3'), login: loginOf(now), state: { kind: 'disabled' } });
      await expect.poll(() => namesOn(shown)).toEqual(['s-8']);
      await page.getByRole('tab', { name: 'Callers' }).click();
      await page.getByRole('tab', { name: 'Servers' }).click();
      expect(await namesOn(shown)).toEqual(['s-8']);
      await page.getByLabel('Show').selectOption('All servers (9)');
      await page.getByLabel('Order').selectOption('Last called first');
      await expect.poll(async () => (await namesOn(shown))[0]).toBe('s-9');
    });
  });
}
