import { expect, it } from 'vitest';
import { mixedServers, rowOf, snapshotOf } from './pictures.ts';
import { rowOn, withWindow } from './seen.ts';
import type { WindowStage } from './shown-window.ts';

export function languageStories(stage: () => WindowStage): void {
  it('37 speaks German to who prefers it: states, times and buttons, from the first word on', async () => {
    await withWindow(
      stage(),
      snapshotOf(mixedServers(Date.now())),
      async (shown) => {
        const { page } = shown;
        await page.getByRole('heading', { name: 'Anmeldung nötig: notion' }).waitFor();
        expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
        await rowOn(shown, 'notion').getByRole('button', { name: 'Anmelden: notion' }).waitFor();
        await rowOn(shown, 'atlassian')
          .getByText(/^Wird um \d\d:\d\d erneuert\./)
          .waitFor();
        await page.getByRole('button', { name: 'Mehr zu stripe' }).click();
        await page.getByRole('menuitem', { name: 'Entfernen' }).waitFor();
      },
      { locale: 'de-DE' },
    );
  });

  it('changes its language by the setting, at once and in place, and reads no German before it is asked for', async () => {
    await withWindow(stage(), snapshotOf([rowOf('one', { kind: 'disabled' })]), async (shown) => {
      const { page } = shown;
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      const loaded = () => page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
      await page.getByRole('tab', { name: 'Settings' }).click();
      expect((await loaded()).filter((url) => url.includes('german'))).toEqual([]);
      await page.getByRole('combobox', { name: 'Language' }).focus();
      await page.getByRole('combobox', { name: 'Language' }).selectOption('Deutsch');
      await page.getByRole('combobox', { name: 'Sprache' }).waitFor();
      expect(asked.filter((url) => url.includes('german'))).toHaveLength(1);
      expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Sprache');
      await page.getByRole('tab', { name: 'Server' }).click();
      await rowOn(shown, 'one').getByText('Abgeschaltet', { exact: true }).waitFor();
      await page.getByRole('tab', { name: 'Einstellungen' }).click();
      await page.getByRole('combobox', { name: 'Sprache' }).selectOption('English');
      await page.getByRole('tab', { name: 'Servers' }).click();
      await rowOn(shown, 'one').getByText('Disabled', { exact: true }).waitFor();
    });
  });
}
