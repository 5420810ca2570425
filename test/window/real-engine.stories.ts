import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { UNDO_MS } from '../../src-main/engine/removals.ts';
import { signIn } from '../servers/sign-in.ts';
import { openHousehold } from '../stories/household.ts';
import { closeEverything, initialize, openAuthorizationServer, openMcpServer } from '../stories/one-server.ts';
import { showReal } from './real-window.ts';
import { rowOn } from './seen.ts';
import type { WindowStage } from './shown-window.ts';

const SMALL = join(import.meta.dirname, '../servers/stdio-server.process.mjs');

/** The window as it is built, on an engine as it is built, with real servers behind it. */
export function realEngineStories(stage: () => WindowStage): void {
  afterEach(closeEverything);

  it('1 2 31 adds a server, signs in, tells of it, removes it, takes that back, and removes it for good', async () => {
    const authorizationServer = await openAuthorizationServer();
    const mcp = await openMcpServer({ authorizationServer });
    const household = await openHousehold({ servers: {} });
    const shown = await showReal(stage(), household);
    const { page } = shown;
    try {
      await page.getByLabel('URL, JSON or command').fill(mcp.url);
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Add a server' });
      const found = dialog.getByRole('status', { name: 'Found there' });
      await found.getByText(`at ${new URL(authorizationServer.issuer).host}`).waitFor();
      await found.getByText('Gatehouse registers by itself').waitFor();
      expect(authorizationServer.counts.registrations).toBe(0);
      expect(household.engine.view().servers).toEqual([]);
      await dialog.getByRole('button', { name: 'Add', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });

      const row = rowOn(shown, 'local');
      await row.getByText('Sign in needed').waitFor();
      await row.getByRole('button', { name: 'Sign in: local' }).click();
      await row.getByText('Signing in').waitFor();
      await household.until(() => household.view('local').authorizationUrl !== undefined, 'there is a link');
      await signIn(household.view('local').authorizationUrl ?? '');
      await row.getByText('Connected', { exact: true }).waitFor();

      await initialize(household, 'local');
      await row.getByRole('button', { name: 'local, details' }).click();
      await row.getByText(/^story, /).waitFor();
      await row.getByText('echo', { exact: true }).waitFor();
      await row.getByRole('region', { name: 'What happened last' }).waitFor();

      const remove = async (): Promise<void> => {
        await row.getByRole('button', { name: 'More for local' }).click();
        await page.getByRole('menuitem', { name: 'Remove', exact: true }).click();
        await row.waitFor({ state: 'detached' });
      };
      await remove();
      await page.getByRole('button', { name: 'Undo: local' }).click();
      await row.getByText('Connected', { exact: true }).waitFor();
      expect(authorizationServer.counts.revocations).toBe(0);
      await remove();
      await household.clock.advance(UNDO_MS);
      await authorizationServer.until(({ revocations }) => revocations > 0);
      await page.getByText('One place for all your MCP servers').waitFor();
      expect(shown.complaints).toEqual([]);
    } finally {
      await shown.close();
    }
  });

  it('L4 adds a command: it is started for a look, and its entry names variables only', async () => {
    const household = await openHousehold({ servers: {}, env: { RUNS: '/dev/null' } });
    const shown = await showReal(stage(), household);
    const { page } = shown;
    try {
      const root = join(import.meta.dirname, '../..');
      const entry = { command: process.execPath, args: [SMALL], cwd: root, env: { RUNS: '${RUNS}', KEY: 's3cret' } };
      await page.getByLabel('URL, JSON or command').fill(JSON.stringify({ mcpServers: { small: entry } }));
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Add a server' });
      await dialog.getByText('Not taken, because secrets are not written into files: KEY').waitFor();
      await dialog.getByText('Found there: test-stdio').waitFor();
      await dialog.getByRole('button', { name: 'Add', exact: true }).click();
      await rowOn(shown, 'small').getByText('Connected', { exact: true }).waitFor();
      const written = await readFile(join(household.dataDir, 'config.json'), 'utf8');
      expect(JSON.parse(written).mcpServers.small).toEqual({ ...entry, env: { RUNS: '${RUNS}' } });
      expect(shown.complaints).toEqual([]);
    } finally {
      await shown.close();
    }
  });
}
