import { expect, it } from 'vitest';
import { detailsOf, freshToken, loginOf, rowOf, snapshotOf } from './pictures.ts';
import { rowOn, tabTo, withWindow } from './seen.ts';
import type { WindowStage } from './shown-window.ts';

const now = Date.now();
const github = rowOf(
  'github',
  { kind: 'ready', token: freshToken(now, 60, 30) },
  { login: loginOf(now, { account: 'you@example.com' }) },
);

export function detailsStories(stage: () => WindowStage): void {
  it('25 tells by keyboard alone who calls a server, its tools, and what happened last, and copies all of it', async () => {
    await withWindow(stage(), snapshotOf([github]), async (shown) => {
      const { page } = shown;
      await tabTo(shown, 'github, details');
      await page.keyboard.press('Enter');
      const row = rowOn(shown, 'github');
      await row.getByText('Claude Code, 148, last').waitFor();
      await row.getByText('Tools (41)').waitFor();
      expect(await row.getByText(/^repository_tool_/).count()).toBe(12);
      await tabTo(shown, 'Show all 41');
      await page.keyboard.press('Enter');
      await expect.poll(() => row.getByText(/^repository_tool_/).count()).toBe(41);
      await row.getByText('refresh.done outcome=renewed ms=224').waitFor();
      await row.getByText('r-7f3a91').waitFor();
      await tabTo(shown, 'Copy diagnosis: github');
      await page.keyboard.press('Enter');
      const copied = () => page.evaluate(() => navigator.clipboard.readText());
      await expect.poll(copied).toContain('last flow: r-7f3a91');
      expect(await copied()).not.toContain('you@example.com');
    });
  });

  it('shows the one endpoint of all servers above every page, and copies it, as the tray does', async () => {
    const overview = snapshotOf([github]);
    await withWindow(stage(), overview, async ({ page }) => {
      expect(await page.locator('.endpoint .mono').textContent()).toBe(overview.endpoint);
      await page.getByRole('tab', { name: 'Settings' }).click();
      await page.getByRole('button', { name: 'Copy the endpoint' }).click();
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(overview.endpoint);
    });
  });

  it('44 shows the invisible in what a server calls its tools, and asks again when something happened', async () => {
    await withWindow(stage(), snapshotOf([github]), async (shown) => {
      const { page, engine } = shown;
      engine.answers('serverDetails', () => ({
        ok: true,
        value: { callers: [], tools: ['pay\u202eme', 'pay\u200bme', '<b>bold</b>', 'x'.repeat(400)], toolCount: 4 },
      }));
      await page.getByRole('button', { name: 'github, details' }).click();
      const row = rowOn(shown, 'github');
      await row.getByText('<b>bold</b>', { exact: true }).waitFor();
      expect(await row.getByText(/^pay/).allTextContents()).toEqual(['pay[U+202E]me', 'pay[U+200B]me']);
      await row.getByText(`${'x'.repeat(300)}…`, { exact: true }).waitFor();
      engine.answers('serverDetails', () => ({ ok: true, value: detailsOf(now) }));
      engine.shows({ ...github, login: loginOf(now, { renewedCount: 500 }) });
      await row.getByText('Tools (41)').waitFor();
    });
  });
}
