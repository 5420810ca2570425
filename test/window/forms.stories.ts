import { expect, it } from 'vitest';
import { freshToken, rowOf, snapshotOf } from './pictures.ts';
import { focusOf, rowOn, tabTo, withWindow } from './seen.ts';
import type { WindowStage } from './shown-window.ts';

const now = Date.now();
const WHERE = 'URL, JSON or command';
const github = rowOf('github', { kind: 'ready', token: freshToken(now, 60, 30) });

export function formStories(stage: () => WindowStage): void {
  it('adds the first server from its URL, with a name made from the host', async () => {
    await withWindow(stage(), snapshotOf([]), async (shown) => {
      const { page, engine } = shown;
      const added = rowOf('notion', { kind: 'connecting', attempt: 1, since: now });
      engine.answers('addServer', () => ({ ok: true, value: added }));
      engine.answers('lookAt', () => ({
        ok: true,
        value: {
          transport: 'http',
          access: {
            kind: 'sign-in',
            issuer: 'https://auth.notion.com',
            guessed: false,
            registration: 'client-id-needed',
            scopes: ['read', 'offline_access'],
          },
        },
      }));
      await page.getByLabel(WHERE).fill('mcp.notion.com');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByText('A whole address is needed').waitFor();
      await page.getByLabel(WHERE).fill(' https://mcp.notion.com/mcp ');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Add a server' });
      const found = dialog.getByRole('status', { name: 'Found there' });
      await found.getByText('at auth.notion.com').waitFor();
      await found.getByText('a client id is needed').waitFor();
      await found.getByText('offline_access', { exact: true }).waitFor();
      expect(await dialog.getByLabel('Name').inputValue()).toBe('notion');
      // Where one is needed its fields are open already.
      await dialog.getByRole('textbox', { name: 'Client id' }).fill('abc');
      await found.waitFor({ state: 'detached' });
      await dialog.getByLabel('Client secret').fill('hush');
      expect(await dialog.getByLabel('Client secret').getAttribute('type')).toBe('password');
      await dialog.getByLabel('Scopes').fill('read, write');
      engine.answers('lookAt', () => ({
        ok: false,
        problem: { code: 'server-error', host: 'mcp.notion.com', status: 503 },
      }));
      await dialog.getByRole('button', { name: 'Continue' }).click();
      await dialog.getByRole('alert').getByText('It can be added all the same.').waitFor();
      await dialog.getByRole('button', { name: 'Add', exact: true }).click();
      await rowOn(shown, 'notion').waitFor();
      await dialog.waitFor({ state: 'detached' });
      const looked = { url: 'https://mcp.notion.com/mcp', clientId: 'abc', scopes: ['read', 'write'] };
      expect(engine.asked).toEqual([
        { call: 'lookAt', input: { url: 'https://mcp.notion.com/mcp' } },
        { call: 'lookAt', input: looked },
        { call: 'addServer', input: { name: 'notion', ...looked, clientSecret: 'hush' } },
      ]);
    });
  });

  it('takes the JSON that READMEs print, says what it found before it saves, and writes no secret of it', async () => {
    const text = JSON.stringify({
      mcpServers: {
        linear: { url: 'https://mcp.linear.app/mcp', headers: { Authorization: 'Bearer s3cret' } },
        grafana: { url: 'https://grafana.example.com/mcp', headers: { 'X-Key': '${GRAFANA_KEY}' } },
        files: { command: 'npx', args: ['files', 'my folder'], env: { KEY: 's3cret', TOKEN: '${OURS}' } },
      },
    });
    await withWindow(stage(), snapshotOf([]), async ({ page, engine }) => {
      engine.answers('addServer', ({ name }) => ({ ok: true, value: rowOf(name, { kind: 'disabled' }) }));
      await page.getByLabel(WHERE).fill('{"mcpServers":');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByText('This is no complete JSON').waitFor();
      await page.getByLabel(WHERE).fill(text);
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Add a server' });
      await dialog.getByText('Found linear: a server over HTTP at mcp.linear.app.').waitFor();
      await dialog.getByText('Not taken, because secrets are not written into files: Authorization').waitFor();
      expect(await dialog.getByLabel(WHERE).inputValue()).toBe('https://mcp.linear.app/mcp');
      await dialog.getByRole('status', { name: 'Found there' }).getByText('not needed').waitFor();
      await dialog.getByLabel('Server of the snippet').selectOption('grafana');
      await dialog.getByText('is taken from the environment variable GRAFANA_KEY').waitFor();
      await dialog.getByRole('status', { name: 'Found there' }).waitFor({ state: 'detached' });
      await dialog.getByRole('button', { name: 'Continue' }).click();
      await dialog.getByRole('button', { name: 'Add', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      const grafana = { url: 'https://grafana.example.com/mcp', headerEnv: { 'X-Key': 'GRAFANA_KEY' } };
      expect(engine.asked).toEqual([
        { call: 'lookAt', input: { url: 'https://mcp.linear.app/mcp' } },
        { call: 'lookAt', input: grafana },
        { call: 'addServer', input: { name: 'grafana', ...grafana } },
      ]);
      await page.getByRole('button', { name: 'Add server' }).click();
      await dialog.getByLabel(WHERE).fill(text);
      await dialog.getByLabel('Server of the snippet').selectOption('files');
      await dialog.getByText('Not taken, because secrets are not written into files: KEY').waitFor();
      expect(await dialog.getByLabel(WHERE).inputValue()).toBe("npx files 'my folder'");
      expect(await dialog.getByRole('textbox', { name: 'Variables' }).inputValue()).toBe('TOKEN=OURS');
      await dialog.getByLabel(WHERE).fill('https://mcp.notion.com/mcp');
      await dialog.getByText('Found files').waitFor({ state: 'detached' });
      expect(JSON.stringify(engine.asked)).not.toContain('s3cret');
    });
  });

  it('takes a command by keyboard alone: starts it for a look, says what it is, then adds it with folder and variables', async () => {
    await withWindow(stage(), snapshotOf([github]), async (shown) => {
      const { page, engine } = shown;
      engine.answers('lookAt', () => ({
        ok: true,
        value: { transport: 'stdio', era: 'legacy', serverName: 'memory-server', access: { kind: 'open' } },
      }));
      engine.answers('addServer', ({ name }) => ({ ok: true, value: rowOf(name, { kind: 'disabled' }) }));
      await tabTo(shown, 'Add server');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Add a server' });
      await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
      await page.keyboard.type('npx -y "@modelcontextprotocol/server-memory"');
      await expect.poll(() => dialog.getByLabel('Name').inputValue()).toBe('memory');
      await tabTo(shown, 'Folder and variables');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      await page.keyboard.type('~/notes');
      await page.keyboard.press('Tab');
      await page.keyboard.type('KEY=sk-123');
      await page.keyboard.press('Enter');
      await dialog.getByText('Only names of variables').waitFor();
      await page.keyboard.press('Control+A');
      await page.keyboard.type('KEY');
      await page.keyboard.press('Enter');
      const found = dialog.getByRole('status', { name: 'Found there' });
      await found.getByText('Found there: memory-server').waitFor();
      await found.getByText('as a program on this machine').waitFor();
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      const entry = {
        command: 'npx',
        args: ['-y', '@modelcontextprotocol/server-memory'],
        env: { KEY: 'KEY' },
        cwd: '~/notes',
      };
      expect(engine.asked).toEqual([
        { call: 'lookAt', input: entry },
        { call: 'addServer', input: { name: 'memory', ...entry } },
      ]);
    });
  });

  it('shows what is wrong as a sentence at the field, asks nothing then, and puts the focus there', async () => {
    await withWindow(stage(), snapshotOf([github]), async ({ page, engine }) => {
      await page.getByRole('button', { name: 'Add server' }).click();
      const dialog = page.getByRole('dialog');
      const where = dialog.getByLabel(WHERE);
      await where.fill('https://api.github.com/mcp');
      expect(await dialog.getByLabel('Name').inputValue()).toBe('github-2');
      await dialog.getByLabel('Name').fill('github');
      await dialog.getByRole('button', { name: 'Continue' }).click();
      await dialog.getByText('There is a server named github already.').waitFor();
      expect(await dialog.getByLabel('Name').evaluate((element) => element === document.activeElement)).toBe(true);
      expect(engine.asked).toEqual([]);
      engine.answers('addServer', () => ({
        ok: false,
        problem: { code: 'unsafe-url', what: 'server URL', url: 'http://x', why: 'it is not https' },
      }));
      await dialog.getByLabel('Name').fill('other');
      await dialog.getByRole('button', { name: 'Continue' }).click();
      await dialog.getByRole('button', { name: 'Add', exact: true }).click();
      await dialog.getByText('The server URL http://x is not opened: it is not https.').waitFor();
      expect(await where.getAttribute('aria-invalid')).toBe('true');
    });
  });

  it('offers the demo only where the engine offers it, and goes to the link it answers', async () => {
    await withWindow(stage(), snapshotOf([]), async ({ page }) => {
      expect(await page.getByRole('button', { name: 'Start the demo' }).count()).toBe(0);
    });
    await withWindow(stage(), snapshotOf([], { demo: 'offered' }), async ({ page, engine, link }) => {
      engine.answers('startDemo', () => ({
        ok: false,
        problem: { code: 'not-available', detail: 'No port is free.' },
      }));
      await page.getByRole('button', { name: 'Start the demo' }).click();
      await page.getByText('No port is free.').waitFor();
      engine.answers('startDemo', () => ({ ok: true, value: { url: `${new URL(link).origin}/icon.svg` } }));
      await page.getByRole('button', { name: 'Start the demo' }).click();
      await page.waitForURL('**/icon.svg');
    });
  });

  it('creates a caller key, shows it once with snippets for three tools, lists it and removes it', async () => {
    await withWindow(stage(), snapshotOf([github], { callers: 0 }), async ({ page, engine }) => {
      let callers = [{ name: 'Cursor', createdAt: now }];
      const key = 'gate_abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
      engine.answers('listCallers', () => ({ ok: true, value: callers }));
      engine.answers('addCaller', ({ name }) => {
        callers = [...callers, { name, createdAt: now }];
        return { ok: true, value: { name, key, url: 'http://127.0.0.1:7717/mcp' } };
      });
      engine.answers('removeCaller', ({ name }) => {
        callers = callers.filter((caller) => caller.name !== name);
        return { ok: true, value: {} };
      });
      await page.getByRole('tab', { name: 'Callers' }).click();
      await page.getByText('never used').waitFor();
      await page.getByRole('button', { name: 'Create a key' }).click();
      await page.getByLabel('Name of the tool').fill('Claude Code');
      await page.getByRole('button', { name: 'Create', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Key for Claude Code' });
      const copied = () => page.evaluate(() => navigator.clipboard.readText());
      await dialog.getByRole('button', { name: 'Copy: Caller key' }).click();
      await expect.poll(copied).toBe(key);
      await dialog.getByRole('button', { name: 'Copy snippet' }).click();
      await expect
        .poll(copied)
        .toBe(
          `claude mcp add --scope user --transport http gatehouse http://127.0.0.1:7717/mcp --header "Authorization: Bearer ${key}"`,
        );
      await dialog.getByRole('combobox', { name: 'Address' }).selectOption('Each server by itself');
      for (const [tool, top, type] of [
        ['Cursor', 'mcpServers', undefined],
        ['VS Code', 'servers', 'http'],
      ] as const) {
        await dialog.getByRole('tab', { name: tool }).click();
        await dialog.getByRole('button', { name: 'Copy snippet' }).click();
        const entry = { url: 'http://127.0.0.1:7717/mcp/github', headers: { Authorization: `Bearer ${key}` } };
        await expect
          .poll(async () => JSON.parse(await copied().then((text) => (text.startsWith('{') ? text : '{}'))))
          .toEqual({ [top]: { github: type ? { type, ...entry } : entry } });
      }
      await dialog.getByRole('button', { name: 'Done' }).click();
      await dialog.waitFor({ state: 'detached' });
      expect(await page.content()).not.toContain(key);
      await page.getByRole('button', { name: 'Create a key' }).click();
      await page.getByRole('dialog', { name: 'Create a caller key' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Remove Claude Code' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
      await page.getByText('Claude Code').waitFor({ state: 'detached' });
      expect(engine.asked.at(-2)).toEqual({ call: 'removeCaller', input: { name: 'Claude Code' } });
    });
  });

  it('31 keeps the rare actions behind the menu; a removal is no question and can be taken back', async () => {
    const row = {
      ...github,
      login: { issuer: 'https://i', clientId: 'c', registration: 'dynamic' as const, renewedCount: 0 },
    };
    await withWindow(stage(), snapshotOf([row]), async (shown) => {
      const { page, engine } = shown;
      const choose = async (item: string) => {
        await page.getByRole('button', { name: 'More for github' }).click();
        await page.getByRole('menuitem', { name: item, exact: true }).click();
      };
      await choose('Copy endpoint');
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(row.endpoint);
      await choose('Reconnect');
      await choose('Sign in again');
      await choose('Sign out');
      await choose('Disable');
      await choose('Remove');
      await rowOn(shown, 'github').waitFor({ state: 'detached' });
      await page.getByText('Its login will be revoked and forgotten.').waitFor();
      // Whoever has only a keyboard stands where it can be taken back.
      await expect.poll(() => focusOf(shown)).toBe('Undo: github');
      await page.keyboard.press('Enter');
      await rowOn(shown, 'github').waitFor();
      expect(await page.getByText('github is removed.').count()).toBe(0);
      await expect
        .poll(() => engine.asked.map(({ call }) => call))
        .toEqual(['reconnectServer', 'startLogin', 'logout', 'disableServer', 'removeServer', 'undoRemoval']);
    });
    const signingIn = rowOf(
      'linear',
      { kind: 'logging-in', flowId: 'f', since: now, deadline: now + 600_000 },
      { authorizationUrl: 'https://auth.example.com/authorize' },
    );
    await withWindow(stage(), snapshotOf([signingIn]), async ({ page, engine }) => {
      await page.getByRole('button', { name: 'More for linear' }).click();
      await page.getByRole('menuitem', { name: 'Start over' }).click();
      await expect
        .poll(() => engine.asked)
        .toEqual([{ call: 'startLogin', input: { name: 'linear', openBrowser: true, startOver: true } }]);
    });
  });

  it('10 shows the code of a sign-in on another device with the page where it is entered', async () => {
    const signingIn = rowOf(
      'linear',
      { kind: 'logging-in', flowId: 'f', since: now, deadline: now + 600_000 },
      {
        authorizationUrl: 'https://auth.example.com/authorize',
        device: {
          userCode: 'WDJB-MJHT',
          verificationUri: 'https://auth.example.com/device',
          verificationUriComplete: 'https://auth.example.com/device?user_code=WDJB-MJHT',
        },
      },
    );
    await withWindow(stage(), snapshotOf([signingIn]), async ({ page, engine }) => {
      expect(await page.getByText('WDJB-MJHT', { exact: true }).innerText()).toBe('WDJB-MJHT');
      const link = page.getByRole('link', { name: 'https://auth.example.com/device' });
      expect(await link.getAttribute('href')).toBe('https://auth.example.com/device?user_code=WDJB-MJHT');
      expect(await page.getByRole('button', { name: 'Copy code: linear' }).count()).toBe(1);
      engine.shows({ ...signingIn, device: undefined });
      await expect.poll(() => page.getByText('WDJB-MJHT').count()).toBe(0);
    });
  });

  it('pauses and resumes all', async () => {
    const stopped = rowOf('a', {
      kind: 'stopped',
      problem: { code: 'metadata-incomplete', issuer: 'i', missing: 'x' },
    });
    await withWindow(stage(), snapshotOf([stopped]), async ({ page, engine }) => {
      await page.getByRole('button', { name: 'More', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Pause all' }).click();
      await expect.poll(() => engine.asked.map(({ call }) => call)).toEqual(['pause']);
      engine.shows({ ...stopped, state: { kind: 'paused' } });
      await page.getByRole('button', { name: 'Resume' }).click();
      await expect.poll(() => engine.asked.at(-1)?.call).toBe('resume');
    });
  });

  it('pauses and resumes one server, and names it beside those that go on', async () => {
    const other = rowOf('other', { kind: 'disabled' });
    const ready = rowOf('linear', { kind: 'ready', token: { kind: 'not-needed' } });
    await withWindow(stage(), snapshotOf([github, ready, other]), async ({ page, engine }) => {
      const choose = async (item: string) => {
        await page.getByRole('button', { name: 'More for linear' }).click();
        await page.getByRole('menuitem', { name: item, exact: true }).click();
      };
      await choose('Pause');
      engine.shows({ ...ready, state: { kind: 'paused' } });
      await page.getByText('Paused: linear', { exact: true }).waitFor();
      await choose('Resume');
      await expect
        .poll(() => engine.asked)
        .toEqual([
          { call: 'pause', input: { name: 'linear' } },
          { call: 'resume', input: { name: 'linear' } },
        ]);
    });
  });
}
