import { afterEach, expect, it } from 'vitest';
import { closeAllServers, legacyCaller, openAllServers } from '../endpoint/aggregate/all-servers.ts';
import { manyServers, snapshotOf } from './pictures.ts';
import { showReal } from './real-window.ts';
import { focusOf, tabTo, withWindow } from './seen.ts';
import type { WindowStage } from './shown-window.ts';

/** What a person chooses for callers, on an engine as it is built. */
export function choiceStories(stage: () => WindowStage): void {
  afterEach(closeAllServers);

  it('makes by keyboard alone a key for one server of two, and changes in an open session what it may use', async () => {
    const house = await openAllServers({ notes: 'sdk', tasks: 'sdk' });
    const shown = await showReal(stage(), house.household);
    const { page } = shown;
    try {
      await page.getByRole('tab', { name: 'Servers' }).focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await tabTo(shown, 'Create a key');
      await page.keyboard.press('Enter');
      await page.keyboard.type('Cursor');
      await page.keyboard.press('Tab');
      await page.keyboard.press('ArrowDown');
      const dialog = page.getByRole('dialog');
      await dialog.getByText('It may use: Nothing').waitFor();
      await tabTo(shown, 'notes');
      await page.keyboard.press('Space');
      await dialog.getByText('It may use: notes').waitFor();
      await tabTo(shown, 'Create');
      await page.keyboard.press('Enter');
      const key = (await dialog.locator('.key-line code').textContent()) ?? '';
      const caller = await legacyCaller(house, {}, key);
      const names = async () => (await caller.listTools()).tools.map(({ name }) => name).sort();
      expect(await names()).toContain('notes__echo');
      expect((await names()).filter((name) => name.startsWith('tasks'))).toEqual([]);
      await tabTo(shown, 'Done');
      await page.keyboard.press('Enter');

      const row = page.getByRole('listitem').filter({ hasText: 'Cursor' });
      await row.getByText('notes', { exact: true }).waitFor();
      await row.getByRole('button', { name: 'Change what Cursor may use' }).press('Enter');
      await dialog.getByRole('option', { name: 'tasks' }).click();
      await dialog.getByRole('button', { name: 'Single tools' }).click();
      await dialog.getByLabel('Never these').fill('*/echo task/add https://x');
      await dialog.getByText('No server is there for task/add and https://x.').waitFor();
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.getByText('https://x: this is no server and no server/tool.').waitFor();
      await expect
        .poll(() => dialog.getByLabel('Never these').evaluate((it) => it === document.activeElement))
        .toBe(true);
      await dialog.getByLabel('Never these').fill('*/echo');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.waitFor({ state: 'detached' });
      await row.getByText('notes and tasks, except */echo').waitFor();
      await expect.poll(names).toContain('tasks__add');
      expect((await names()).filter((name) => name.endsWith('echo'))).toEqual([]);
      expect(shown.complaints).toEqual([]);
    } finally {
      await shown.close();
    }
  });

  it('searches among sixty servers, keeps what is chosen out of sight, and says why the engine refused', async () => {
    const many = snapshotOf(manyServers(Date.now(), 60));
    await withWindow(stage(), many, async (shown) => {
      const { page, engine } = shown;
      const limit = { allow: ['gone', 'server-30/get_*'], deny: [], readOnly: true };
      engine.answers('listCallers', () => ({ ok: true, value: [{ name: 'Cursor', createdAt: 0, limit }] }));
      engine.answers('limitCaller', () => ({
        ok: false,
        problem: { code: 'not-available', detail: 'The disk is full.' },
      }));
      await page.getByRole('tab', { name: 'Callers' }).click();
      await page.getByText('gone, of server-30 only get_*, reading only').waitFor();
      await page.getByRole('button', { name: 'Change what Cursor may use' }).click();
      const dialog = page.getByRole('dialog', { name: 'What Cursor may use' });
      await dialog.getByText('1 of 61 chosen').waitFor();
      await dialog.getByRole('option', { name: 'gone not there now' }).waitFor();
      const search = dialog.getByRole('searchbox');
      await search.fill('server-1');
      await dialog.getByRole('button', { name: 'All 10' }).click();
      await dialog.getByText('11 of 61 chosen').waitFor();
      await search.press('Enter');
      await search.press('Escape');
      expect(await search.inputValue()).toBe('');
      await dialog.getByRole('option').first().focus();
      await page.keyboard.press('Space');
      await page.keyboard.type('server-3');
      await expect.poll(() => focusOf(shown)).toContain('server-3');
      await dialog.getByText('10 of 61 chosen').waitFor();
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.getByRole('alert').getByText('The disk is full.').waitFor();
      const allow = Array.from({ length: 10 }, (_, index) => `server-${10 + index}`);
      expect(engine.asked.at(-1)).toEqual({
        call: 'limitCaller',
        input: { name: 'Cursor', limit: { allow: [...allow, 'server-30/get_*'], deny: [], readOnly: true } },
      });
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    });
  });
}
