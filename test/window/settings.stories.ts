import { expect, it } from 'vitest';
import type { Settings } from '../../src-preload/contract.ts';
import { rowOf, snapshotOf } from './pictures.ts';
import { withWindow } from './seen.ts';
import type { WindowStage } from './shown-window.ts';

const SETTINGS = {
  theme: 'system',
  language: 'system',
  openBrowser: 'ask',
  port: 7717,
  logLevel: 'info',
  pinTools: 'off',
  startAtLogin: 'off',
  commandLineTool: { kind: 'not-here' },
} as const;

const one = [rowOf('one', { kind: 'disabled' })];

export function settingsStories(stage: () => WindowStage): void {
  it('changes theme, sign-in pages, port and log by one call each, and says what was refused', async () => {
    await withWindow(stage(), snapshotOf(one), async ({ page, engine }) => {
      const changed = () => engine.asked.filter(({ call }) => call === 'changeSettings').map(({ input }) => input);
      await page.getByRole('tab', { name: 'Settings' }).click();
      await page.getByRole('combobox', { name: 'Theme' }).selectOption('Dark');
      await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
      await page.getByRole('combobox', { name: 'Sign-in pages' }).selectOption('When a call needs one');
      await page.getByText('At most one in five minutes').waitFor();
      await page.getByRole('combobox', { name: 'Log' }).selectOption('More, to find a fault');
      const port = page.getByRole('textbox', { name: 'Port' });
      await port.fill('70000');
      await page.getByText('A port is a whole number from 1 to 65535.').waitFor();
      expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
      await port.fill('7800');
      await page.keyboard.press('Enter');
      await expect
        .poll(changed)
        .toEqual([{ theme: 'dark' }, { openBrowser: 'when-needed' }, { logLevel: 'debug' }, { port: 7800 }]);
      engine.answers('changeSettings', () => ({
        ok: false,
        problem: { code: 'not-available', detail: 'config.json cannot be written (EACCES).' },
      }));
      await page.getByRole('combobox', { name: 'Sign-in pages' }).selectOption('Only when I click');
      await page.getByRole('alert').getByText('cannot be written').waitFor();
      expect(await page.getByRole('combobox', { name: 'Sign-in pages' }).inputValue()).toBe('when-needed');
    });
  });

  it('looks as it was chosen, whatever the system prefers, and follows what another window chose', async () => {
    await withWindow(
      stage(),
      snapshotOf(one),
      async ({ page, engine }) => {
        const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        await page.locator('[data-server="one"]').waitFor();
        await expect.poll(ground).toBe('rgb(22, 22, 21)');
        engine.answers('settings', () => ({
          ok: true,
          value: { ...SETTINGS, theme: 'light' },
        }));
        engine.showsAll({});
        await expect.poll(ground).toBe('rgb(251, 251, 250)');
      },
      { colorScheme: 'dark' },
    );
  });

  it('switches the start at login by click and by keyboard, and says where there is none', async () => {
    await withWindow(stage(), snapshotOf(one), async ({ page, engine }) => {
      await page.getByRole('tab', { name: 'Settings' }).click();
      const toggle = page.getByRole('switch', { name: 'Start at login' });
      await page.locator('.switch').click();
      await expect.poll(() => toggle.isChecked()).toBe(true);
      await toggle.focus();
      await page.keyboard.press('Space');
      await expect.poll(() => toggle.isChecked()).toBe(false);
      expect(engine.asked.filter(({ call }) => call === 'changeSettings').map(({ input }) => input)).toEqual([
        { startAtLogin: 'on' },
        { startAtLogin: 'off' },
      ]);
      engine.answers('settings', () => ({
        ok: true,
        value: { ...SETTINGS, startAtLogin: 'not-here' },
      }));
      engine.showsAll({});
      await page.getByRole('region', { name: 'Start at login' }).getByText('gatehouse service install').waitFor();
      expect(await toggle.count()).toBe(0);
    });
  });

  it('installs and removes the command line tool by keyboard, and says what a terminal still needs', async () => {
    await withWindow(stage(), snapshotOf(one), async ({ page, engine }) => {
      const at = '/home/ada/.local/bin/gatehouse';
      let tool: Settings['commandLineTool'] = { kind: 'absent', at };
      const line = 'export PATH="$HOME/.local/bin:$PATH"';
      const offPath = { kind: 'off-path', folder: '/home/ada/.local/bin', advice: { file: '~/.zshrc', line } } as const;
      engine.answers('settings', () => ({ ok: true, value: { ...SETTINGS, commandLineTool: tool } }));
      engine.answers('changeSettings', ({ commandLineTool: wanted }) => {
        tool = wanted === 'installed' ? { kind: 'installed', at, reach: offPath } : { kind: 'absent', at };
        return { ok: true, value: { ...SETTINGS, commandLineTool: tool } };
      });
      engine.showsAll({});
      await page.getByRole('tab', { name: 'Settings' }).click();
      const setting = page.getByRole('region', { name: 'Command line tool' });
      await setting.getByRole('button', { name: 'Install command line tool' }).focus();
      await page.keyboard.press('Enter');
      await setting.getByText('Add this line to ~/.zshrc').waitFor();
      await setting.getByRole('button', { name: 'Copy the line' }).click();
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(line);
      await setting.getByRole('button', { name: 'Remove' }).focus();
      await page.keyboard.press('Enter');
      await setting.getByText(`Makes "gatehouse" a command of your terminal: ${at}`).waitFor();
      const states: readonly (readonly [Settings['commandLineTool'], string])[] = [
        [{ kind: 'taken', at }, 'belongs to another program'],
        [{ kind: 'with-package', at: '/usr/bin/gatehouse' }, 'came with the package: /usr/bin/gatehouse'],
        [{ kind: 'not-here' }, 'The installed app brings'],
      ];
      for (const [state, sentence] of states) {
        tool = state;
        engine.showsAll({});
        await setting.getByText(sentence).waitFor();
        expect(await setting.getByRole('button').count()).toBe(0);
      }
      const shadowed = { kind: 'shadowed', by: '/usr/local/bin/gatehouse' } as const;
      tool = { kind: 'installed', at, reach: shadowed };
      engine.showsAll({});
      await setting.getByText('comes first: /usr/local/bin/gatehouse').waitFor();
      expect(engine.asked.filter(({ call }) => call === 'changeSettings').map(({ input }) => input)).toEqual([
        { commandLineTool: 'installed' },
        { commandLineTool: 'absent' },
      ]);
    });
  });

  it('28 says where logins are kept, in the footer and in the settings, and warns of a keychain that forgets', async () => {
    for (const [vault, sentence] of [
      [{ kind: 'file' }, 'Logins are kept in encrypted files'],
      [{ kind: 'keychain' }, 'Logins are kept in the keychain'],
      [{ kind: 'keychain', isVolatile: true }, 'Logins are kept in the keychain until you log out of this computer'],
      [{ kind: 'memory', why: 'chosen' }, 'Logins are kept in memory only'],
    ] as const) {
      await withWindow(stage(), snapshotOf(one, { vault }), async ({ page }) => {
        await page.getByRole('contentinfo').getByText(sentence, { exact: true }).waitFor();
        const alerts = await page.getByRole('alert').allTextContents();
        expect(alerts.some((text) => text.includes('until you log out'))).toBe('isVolatile' in vault);
        await page.getByRole('tab', { name: 'Settings' }).click();
        await page.getByRole('region', { name: 'Logins' }).getByText(sentence, { exact: true }).waitFor();
      });
    }
  });

  it('leads to the caller keys, and unlocks a locked keychain', async () => {
    await withWindow(stage(), snapshotOf(one, { vault: { kind: 'locked' } }), async ({ page, engine }) => {
      await page.getByRole('tab', { name: 'Settings' }).click();
      await page.getByRole('region', { name: 'Logins' }).getByRole('button', { name: 'Unlock' }).click();
      await expect.poll(() => engine.asked.map(({ call }) => call)).toEqual(['unlockVault']);
      await page.getByRole('button', { name: '3 keys' }).click();
      await page.getByRole('button', { name: 'Create a key' }).waitFor();
    });
  });
}
