import { expect, it } from 'vitest';
import { asCause, say } from '../../src-main/engine/model/sayings.ts';
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

  it('tells in German what the engine says of a mistake in the file, of a server that is away, and at a field', async () => {
    const offline = rowOf('one', {
      kind: 'waiting',
      problem: { code: 'network-unreachable', host: 'a.example', ...asCause(say('no-host', 'ENOTFOUND')) },
      attempt: 1,
      retryAt: Date.now() + 60_000,
    });
    const configProblem = {
      code: 'config-invalid',
      file: 'config.json',
      line: 3,
      ...say('comma-missing', '}'),
    } as const;
    await withWindow(
      stage(),
      snapshotOf([offline], { configProblem }),
      async ({ page, engine }) => {
        await page.getByText('config.json, Zeile 3: Davor fehlt ein Komma oder "}".').waitFor();
        await page.getByText('a.example ist nicht erreichbar (kein solcher Host, ENOTFOUND).').waitFor();
        engine.answers('serverSettings', () => ({ ok: true, value: { command: 'npx', args: [], env: {} } }));
        engine.answers('editServer', () => ({
          ok: false,
          problem: { code: 'invalid-input', field: 'cwd', ...say('whole-folder') },
        }));
        await page.getByRole('button', { name: 'Mehr zu one' }).click();
        await page.getByRole('menuitem', { name: 'Bearbeiten…' }).click();
        await page.getByLabel('Ordner').fill('notes');
        await page.getByRole('button', { name: 'Speichern' }).click();
        await page.getByText('Schreibe den ganzen Pfad des Ordners').waitFor();
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
