import { expect, it } from 'vitest';
import { everyKindOf, freshToken, historyOf, loginOf, rowOf, snapshotOf } from './pictures.ts';
import { rowOn, withWindow } from './seen.ts';
import type { WindowStage } from './shown-window.ts';

const now = Date.now();
const github = rowOf('github', { kind: 'ready', token: freshToken(now, 60, 30) }, { login: loginOf(now) });

export function historyStories(stage: () => WindowStage): void {
  it('shows the last 24 hours in the details: pointing at a part names it with its times', async () => {
    await withWindow(stage(), snapshotOf([github]), async (shown) => {
      const { page } = shown;
      await rowOn(shown, 'github').getByRole('button', { name: 'github, details' }).click();
      const strip = page.getByRole('slider', { name: 'Last 24 hours of github' });
      const told = page.locator('.day-told');
      expect(await told.textContent()).toMatch(/^Connected 13 h, Asleep 8 h 30 min, .*renewed 14 times$/);
      const box = await strip.boundingBox();
      if (!box) throw new Error('the strip is not shown');
      const pointAt = (hoursAgo: number) => page.mouse.move(box.x + (box.width * (24 - hoursAgo)) / 24, box.y + 20);
      await pointAt(12);
      await expect.poll(() => told.textContent()).toMatch(/^.* to .*\d\d:\d\d, 8 h 30 min: Asleep$/);
      await pointAt(5.6);
      await expect.poll(() => told.textContent()).toMatch(/48 min: Trying again \(the server failed\)$/);
      await pointAt(1.1);
      await expect.poll(() => told.textContent()).toMatch(/\d\d:\d\d: Renewed$/);
      await page.mouse.move(0, 0);
      await expect.poll(() => told.textContent()).toMatch(/^Connected 13 h/);
    });
  });

  it('is read by keyboard alone, part by part, and says each aloud', async () => {
    await withWindow(stage(), snapshotOf([github]), async (shown) => {
      const { page } = shown;
      await rowOn(shown, 'github').getByRole('button', { name: 'github, details' }).click();
      const strip = page.getByRole('slider', { name: 'Last 24 hours of github' });
      await strip.waitFor();
      await page.keyboard.press('Tab');
      while ((await strip.evaluate((element) => element === document.activeElement)) === false) {
        await page.keyboard.press('Tab');
      }
      const said = () => strip.getAttribute('aria-valuetext');
      expect(await said()).toMatch(/^Connected 13 h/);
      await page.keyboard.press('ArrowLeft');
      expect(await said()).toMatch(/Renewed$/);
      await page.keyboard.press('Home');
      expect(await said()).toMatch(/: Connected$/);
      expect(await strip.getAttribute('aria-valuenow')).toBe('1');
      await page.keyboard.press('ArrowLeft');
      expect(await strip.getAttribute('aria-valuenow')).toBe('1');
      await page.keyboard.press('ArrowRight');
      expect(await said()).toMatch(/Renewed$/);
      await page.keyboard.press('Escape');
      expect(await said()).toMatch(/^Connected 13 h/);
    });
  });

  it('asks again when a renewal, a sign-in or another word came, and for nothing else', async () => {
    await withWindow(stage(), snapshotOf([github]), async (shown) => {
      const { engine } = shown;
      const asked = () => engine.asked.filter(({ call }) => call === 'history').length;
      expect(asked()).toBe(0);
      await rowOn(shown, 'github').getByRole('button', { name: 'github, details' }).click();
      await expect.poll(asked).toBe(1);
      const row = engine.row('github');
      engine.shows({ ...row, calls: 7, lastCallAt: now });
      await rowOn(shown, 'github').getByText('7 calls.').waitFor();
      expect(asked()).toBe(1);
      engine.shows({ ...row, login: loginOf(now, { renewedCount: 232 }) });
      await expect.poll(asked).toBe(2);
      engine.shows({ ...row, login: loginOf(now, { renewedCount: 232 }), state: { kind: 'disabled' }, since: now });
      await expect.poll(asked).toBe(3);
      await rowOn(shown, 'github').getByRole('button', { name: 'github, details' }).click();
      engine.shows({ ...row, since: now + 1 });
      await rowOn(shown, 'github').getByText('Connected', { exact: true }).waitFor();
      expect(asked()).toBe(3);
    });
  });

  it('gives each kind a form of its own, so that nothing hangs on colour', async () => {
    await withWindow(stage(), snapshotOf([github]), async (shown) => {
      shown.engine.answers('history', ({ name }) => ({ ok: true, value: everyKindOf(name, Date.now()) }));
      await rowOn(shown, 'github').getByRole('button', { name: 'github, details' }).click();
      await shown.page.getByRole('slider').waitFor();
      const forms = await shown.page.locator('.day-strip > .day-span').evaluateAll((spans) =>
        spans.map((span) => {
          const { backgroundImage, backgroundColor, height, bottom, borderStyle, borderWidth } = getComputedStyle(span);
          const plain = backgroundImage.replace(/rgba?\([^)]*\)|color\([^)]*\)/g, 'ink');
          const isFilled = backgroundColor !== 'rgba(0, 0, 0, 0)';
          return [plain, isFilled, height, bottom, borderStyle, borderWidth].join();
        }),
      );
      expect(forms.length).toBe(15);
      expect(new Set(forms).size).toBe(15);
    });
  });

  it('says in words when nothing is known yet, and when the engine cannot tell', async () => {
    await withWindow(stage(), snapshotOf([github]), async (shown) => {
      const { engine, page } = shown;
      engine.answers('history', ({ name }) => ({
        ok: true,
        value: { ...historyOf(name, now), spans: [], points: [] },
      }));
      const name = rowOn(shown, 'github').getByRole('button', { name: 'github, details' });
      await name.click();
      await page.getByText('Nothing is known of the last 24 hours yet.').waitFor();
      await name.click();
      engine.answers('history', () => ({ ok: false, problem: { code: 'not-available', detail: 'Not now.' } }));
      await name.click();
      await page.getByText('Not now.').waitFor();
    });
  });
}
