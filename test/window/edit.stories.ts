import { expect, it } from 'vitest';
import type { ServerRow } from '../../src-preload/contract.ts';
import { clientWanted, rowOf, snapshotOf } from './pictures.ts';
import { focusOf, rowOn, tabTo, withWindow } from './seen.ts';
import type { WindowStage } from './shown-window.ts';

const now = Date.now();
const refused = clientWanted('refused', 'wiki');
const signingIn: ServerRow['state'] = { kind: 'logging-in', flowId: 'f', since: now, deadline: now + 600_000 };
const stopped = rowOf('a', {
  kind: 'stopped',
  problem: { code: 'metadata-incomplete', issuer: 'https://i', missing: '"token_endpoint"' },
});

export function editStories(stage: () => WindowStage): void {
  it('6 shows the words of a server that refuses to register, and signs in with the client that is typed in', async () => {
    await withWindow(stage(), snapshotOf([refused]), async (shown) => {
      const { page, engine } = shown;
      const row = rowOn(shown, 'wiki');
      await row.getByText('access_denied: Registration is closed. Ask tools@corp.example.com').waitFor();
      const form = row.getByRole('form', { name: 'Client for wiki' });
      await form.getByRole('button', { name: 'Save and sign in' }).click();
      await form.getByText('A client id is needed, or the address of a document.').waitFor();
      await form.getByLabel('Client secret').fill('hush');
      await form.getByRole('button', { name: 'Save and sign in' }).click();
      await form.getByText('A client secret belongs to a client id.').waitFor();
      expect(engine.asked).toEqual([]);

      engine.answers('editServer', () => ({
        ok: true,
        value: rowOf('wiki', { kind: 'connecting', attempt: 1, since: now }),
      }));
      await form.getByLabel('Client id').fill(' ours ');
      await form.getByRole('button', { name: 'Save and sign in' }).click();
      await expect
        .poll(() => engine.asked)
        .toEqual([
          { call: 'editServer', input: { name: 'wiki', clientId: 'ours', clientSecret: 'hush' } },
          { call: 'startLogin', input: { name: 'wiki', openBrowser: true } },
        ]);
      await form.waitFor({ state: 'detached' });
      expect(await page.content()).not.toContain('hush');
    });
  });

  it('6 takes the address of a document by keyboard alone, keeps what was typed when it is refused, and leaves the focus in the row', async () => {
    await withWindow(stage(), snapshotOf([clientWanted('unavailable', 'wiki')]), async (shown) => {
      const { page, engine } = shown;
      engine.answers('editServer', () => ({
        ok: false,
        problem: {
          code: 'invalid-input',
          field: 'clientMetadataUrl',
          detail: 'the address has to begin with https://.',
        },
      }));
      await tabTo(shown, 'More for wiki');
      for (const field of ['Client id', 'Client secret', 'Document URL']) {
        await page.keyboard.press('Tab');
        expect(await page.getByLabel(field).evaluate((element) => element === document.activeElement)).toBe(true);
      }
      await page.keyboard.type('http://a.example/gatehouse.json');
      await page.keyboard.press('Enter');
      await page.getByText('The address has to begin with https://.').waitFor();
      const field = page.getByLabel('Document URL');
      expect(await field.inputValue()).toBe('http://a.example/gatehouse.json');
      await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);

      engine.answers('editServer', () => ({
        ok: true,
        value: rowOf('wiki', { kind: 'connecting', attempt: 1, since: now }),
      }));
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Control+A');
      await page.keyboard.type('https://a.example/gatehouse.json');
      await page.keyboard.press('Enter');
      await expect.poll(() => engine.asked.at(-1)?.call).toBe('startLogin');
      expect(engine.asked.at(-2)?.input).toEqual({
        name: 'wiki',
        clientMetadataUrl: 'https://a.example/gatehouse.json',
      });
      engine.shows(rowOf('wiki', signingIn));
      await expect.poll(() => focusOf(shown)).toMatch(/^(Cancel: wiki|More for wiki)$/);
    });
  });

  it('changes a stopped server with the form that its "Edit" opens, and sends only what was changed', async () => {
    await withWindow(stage(), snapshotOf([stopped]), async (shown) => {
      const { page, engine } = shown;
      engine.answers('serverSettings', () => ({
        ok: true,
        value: {
          url: 'https://a.example/mcp',
          clientId: '${CLIENT}',
          clientSecret: 'vault',
          scopes: ['read', 'write'],
          redirectUri: 'http://localhost:3000/cb',
        },
      }));
      await page.getByRole('button', { name: 'Edit: a', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Change a' });
      await dialog.getByText('The metadata of https://i lacks "token_endpoint".').waitFor();
      await expect.poll(() => dialog.getByLabel('Client id').inputValue()).toBe('${CLIENT}');
      expect(await dialog.getByLabel('Scopes').inputValue()).toBe('read write');
      expect(await dialog.getByLabel('Client secret').inputValue()).toBe('');
      await dialog.getByText('One is kept. Empty: it stays.').waitFor();
      await dialog.getByLabel('Redirect address').fill('nonsense');
      await dialog.getByLabel('Scopes').fill('');
      engine.answers('editServer', () => ({
        ok: false,
        problem: { code: 'invalid-input', field: 'redirectUri', detail: 'this is not a full address.' },
      }));
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.getByText('This is not a full address.').waitFor();
      await dialog.getByLabel('Redirect address').fill('');
      await dialog.getByRole('button', { name: 'Other settings' }).click();
      await dialog.getByRole('combobox', { name: 'Tools that change' }).selectOption('Hold them back until I approve');
      engine.answers('editServer', () => ({ ok: true, value: { ...stopped, state: { kind: 'disabled' } } }));
      await dialog.getByLabel('Redirect address').press('Enter');
      await dialog.waitFor({ state: 'detached' });
      await rowOn(shown, 'a').getByText('Disabled').waitFor();
      expect(engine.asked.at(-1)).toEqual({
        call: 'editServer',
        input: { name: 'a', scopes: null, redirectUri: null, pinTools: 'hold' },
      });
    });
  });

  it('L4 changes a program by keyboard alone: command, folder, variables, and a value that is shown nowhere', async () => {
    const files: ServerRow = { ...rowOf('files', { kind: 'ready', token: { kind: 'not-needed' } }), command: 'npx x' };
    await withWindow(stage(), snapshotOf([files]), async (shown) => {
      const { page, engine } = shown;
      engine.answers('serverSettings', () => ({
        ok: true,
        value: { command: 'npx', args: ['-y', 'my files'], env: { API_KEY: null, TOKEN: 'OURS' } },
      }));
      engine.answers('editServer', () => ({
        ok: false,
        problem: { code: 'invalid-input', field: 'env', detail: 'the environment variable NEW is not set.' },
      }));
      await tabTo(shown, 'More for files');
      await page.keyboard.press('ArrowUp');
      await expect.poll(() => focusOf(shown)).toBe('Remove');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Change files' });
      const command = dialog.getByLabel('Command');
      await expect.poll(() => command.inputValue()).toBe("npx -y 'my files'");
      await expect.poll(() => command.evaluate((element) => element === document.activeElement)).toBe(true);
      await page.keyboard.press('Control+A');
      await page.keyboard.type('npx "other');
      await page.keyboard.press('Enter');
      await dialog.getByText('A quotation mark is not closed.').waitFor();
      await page.keyboard.type('"');
      await page.keyboard.press('Tab');
      await page.keyboard.type('~/notes');
      await page.keyboard.press('Tab');
      expect(await dialog.getByLabel('Variables', { exact: true }).inputValue()).toBe('TOKEN=OURS');
      await page.keyboard.type('NEW');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      expect(await dialog.getByRole('checkbox', { name: 'API_KEY' }).isChecked()).toBe(false);
      await page.keyboard.press('Enter');
      await dialog.getByText('The environment variable NEW is not set.').waitFor();
      await expect.poll(() => page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe('NEW');
      engine.answers('editServer', () => ({ ok: true, value: files }));
      await page.keyboard.press('End');
      await page.keyboard.type('=OURS');
      await tabTo(shown, 'Other settings');
      await page.keyboard.press('Enter');
      await tabTo(shown, 'Tools that change');
      await page.keyboard.type('Hold');
      await tabTo(shown, 'Save');
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      expect(engine.asked.at(-1)).toEqual({
        call: 'editServer',
        input: {
          name: 'files',
          args: ['other'],
          cwd: '~/notes',
          env: { TOKEN: null, API_KEY: null, NEW: 'OURS' },
          pinTools: 'hold',
        },
      });
      await expect.poll(() => focusOf(shown)).toBe('More for files');
    });
  });

  it('takes the secret out with its client, and shows the place in the file where there is no form', async () => {
    const ready = rowOf('github', { kind: 'ready', token: { kind: 'not-needed' } });
    await withWindow(stage(), snapshotOf([ready]), async (shown) => {
      const { page, engine } = shown;
      const open = async () => {
        await page.getByRole('button', { name: 'More for github' }).click();
        await page.getByRole('menuitem', { name: 'Edit…' }).click();
      };
      engine.answers('serverSettings', () => ({
        ok: true,
        value: { url: 'https://a.example/mcp', clientId: 'ours', clientSecret: 'vault' },
      }));
      engine.answers('editServer', () => ({ ok: true, value: ready }));
      await open();
      const dialog = page.getByRole('dialog', { name: 'Change github' });
      await dialog.getByLabel('Client id').fill('');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.waitFor({ state: 'detached' });
      expect(engine.asked.at(-1)?.input).toEqual({ name: 'github', clientId: null, clientSecret: null });

      engine.answers('serverSettings', () => ({
        ok: false,
        problem: { code: 'config-invalid', file: 'config.json', line: 3, detail: 'a comma is missing.' },
      }));
      await open();
      await dialog.getByRole('alert').getByText('config.json, line 3: a comma is missing.').waitFor();
      expect(await dialog.innerText()).toContain('/home/you/.local/share/gatehouse/config.json');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    });
  });
}
