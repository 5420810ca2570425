import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Snapshot } from '../../src-preload/contract.ts';
import {
  activityOf,
  changedToolsOf,
  clientWanted,
  everyState,
  freshToken,
  longServers,
  rowOf,
  snapshotOf,
} from './pictures.ts';
import { focusOf, rowOn, tabTo, withWindow } from './seen.ts';
import type { ShownWindow, WindowStage } from './shown-window.ts';

const now = Date.now();
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeRun {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/** All rules, or the one that depends on the theme. */
async function violationsOn(page: Page, rules: 'all' | 'color-contrast' = 'all'): Promise<readonly string[]> {
  // Given as a value to evaluate, not as a script element: the window's policy stays in force.
  await page.evaluate(axeSource);
  const run = await page.evaluate(
    (runOnly) => (globalThis as unknown as { axe: { run(options: object): Promise<AxeRun> } }).axe.run(runOnly),
    rules === 'all' ? {} : { runOnly: [rules] },
  );
  return run.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

/** Name, what the engine shows, what is done with it. A scene begins where the one before it ended. */
type Scene = readonly [string, Snapshot, ((shown: ShownWindow) => Promise<void>)?];

const all = snapshotOf(everyState(now));
const SCENES: readonly Scene[] = [
  ['empty', snapshotOf([], { demo: 'offered' }), async ({ page }) => page.getByText('Start the demo').waitFor()],
  [
    'no keychain',
    snapshotOf(longServers(now), { vault: { kind: 'memory', why: 'no-keychain' } }),
    async ({ page }) => page.getByText('There is no keychain').waitFor(),
  ],
  [
    'locked',
    snapshotOf([rowOf('one', { kind: 'locked', since: now })], { vault: { kind: 'locked' } }),
    async ({ page }) => page.getByRole('button', { name: 'Unlock' }).waitFor(),
  ],
  ['every state', all, async ({ page }) => page.locator('[data-server="paused"]').waitFor()],
  [
    'details',
    all,
    async ({ page }) => {
      await page.getByRole('button', { name: 'ready, details', exact: true }).click();
      await page.getByRole('slider', { name: 'Last 24 hours of ready' }).waitFor();
    },
  ],
  ['menu', all, ({ page }) => page.getByRole('button', { name: 'More for ready', exact: true }).click()],
  [
    'add with errors',
    all,
    async ({ page }) => {
      await page.getByRole('button', { name: 'Add server' }).click();
      await page.getByRole('button', { name: 'The server needs a client id' }).click();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByText('A whole address is needed').waitFor();
    },
  ],
  [
    'found before it is added',
    all,
    async ({ page, engine }) => {
      engine.answers('lookAt', () => ({
        ok: true,
        value: {
          transport: 'http',
          access: {
            kind: 'sign-in',
            issuer: 'https://auth.example.com',
            guessed: true,
            registration: 'client-id-needed',
            scopes: ['read', 'write'],
          },
        },
      }));
      await page.getByRole('button', { name: 'Add server' }).click();
      await page.getByLabel('URL, JSON or command').fill('https://mcp.example.com/mcp');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByText('at auth.example.com').waitFor();
    },
  ],
  [
    'edit with errors',
    all,
    async ({ page, engine }) => {
      engine.answers('serverSettings', () => ({
        ok: true,
        value: { url: 'https://a.example/mcp', clientSecret: 'vault' },
      }));
      await page.getByRole('button', { name: 'Edit: stopped', exact: true }).click();
      await page.getByLabel('URL', { exact: true }).fill('nonsense');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('button', { name: 'Other settings' }).click();
    },
  ],
  [
    'edit of a program with errors',
    all,
    async ({ page, engine }) => {
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      engine.answers('serverSettings', () => ({
        ok: true,
        value: { command: 'npx', args: ['-y', 'files'], env: { API_KEY: null } },
      }));
      await page.getByRole('button', { name: 'Edit: stopped', exact: true }).click();
      await page.getByLabel('Variables', { exact: true }).fill('KEY=sk-123');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Only names of variables').waitFor();
    },
  ],
  [
    'removed',
    all,
    async ({ page }) => {
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'More for ready', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Remove', exact: true }).click();
      await page.getByText('ready is removed.').waitFor();
    },
  ],
  [
    'client wanted',
    snapshotOf([clientWanted('refused'), clientWanted('unavailable')]),
    async ({ page }) => {
      await page.getByRole('button', { name: 'Save and sign in' }).first().click();
      await page.getByText('A client id is needed').waitFor();
    },
  ],
  [
    'changed tools',
    snapshotOf([rowOf('notes', { kind: 'disabled' }, { toolChanges: { count: 3, held: true } })]),
    async ({ page, engine }) => {
      engine.answers('toolChanges', () => ({ ok: true, value: changedToolsOf(3) }));
      await page.getByRole('button', { name: 'Look at the changes: notes' }).click();
      await page.getByRole('region', { name: 'Description of search_notes' }).waitFor();
    },
  ],
  [
    'what a key may use, with an error',
    all,
    async ({ page, engine }) => {
      const limit = { allow: ['ready', 'gone', 'locked/get_*'], deny: ['/'], readOnly: true };
      engine.answers('listCallers', () => ({ ok: true, value: [{ name: 'Cursor', createdAt: now, limit }] }));
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByRole('tab', { name: 'Callers' }).click();
      await page.getByRole('button', { name: 'Change what Cursor may use' }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('this is no server and no server/tool').waitFor();
    },
  ],
  [
    'a group with errors',
    all,
    async ({ page, engine }) => {
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      const group = { name: 'work', servers: ['ready', 'gone'], endpoint: 'http://127.0.0.1:7717/mcp/g/work' };
      engine.answers('listGroups', () => ({ ok: true, value: [group] }));
      engine.showsAll(all);
      await page.getByText('ready and gone').waitFor();
      await page.getByRole('button', { name: 'Change the group work' }).click();
      await page.getByText('left out when you save: gone').waitFor();
      await page.getByRole('button', { name: 'None', exact: true }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('A group has at least one server').waitFor();
    },
  ],
  [
    'new key',
    all,
    async ({ page, engine }) => {
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      engine.answers('addCaller', ({ name }) => ({
        ok: true,
        value: { name, key: 'gate_x', url: 'http://127.0.0.1/mcp' },
      }));
      await page.getByRole('tab', { name: 'Callers' }).click();
      await page.getByRole('button', { name: 'Create a key' }).click();
      await page.getByRole('button', { name: 'Create', exact: true }).click();
      await page.getByText('shown this once').waitFor();
    },
  ],
  [
    'activity',
    all,
    async ({ page, engine }) => {
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      engine.answers('activity', ({ after }) => ({ ok: true, value: after === 0 ? activityOf(now, 200) : [] }));
      await page.getByRole('tab', { name: 'Activity' }).click();
      await page.getByText('200 calls').waitFor();
    },
  ],
  [
    'settings with an error',
    all,
    async ({ page }) => {
      await page.getByRole('tab', { name: 'Settings' }).click();
      await page.getByLabel('Port').getByRole('textbox').fill('x');
      await page.getByText('A port is a whole number').waitFor();
    },
  ],
  [
    'gone',
    all,
    async ({ page, cutLine }) => {
      cutLine();
      await page.getByText('It is tried again until it answers.').waitFor();
    },
  ],
];

export function accessStories(stage: () => WindowStage): void {
  it('has nothing that axe objects to, in light, dark and forced colours', async () => {
    await withWindow(
      stage(),
      snapshotOf([]),
      async (shown) => {
        for (const [name, snapshot, act] of SCENES) {
          await shown.page.keyboard.press('Escape');
          shown.engine.showsAll(snapshot);
          await act?.(shown);
          await shown.page.emulateMedia({ colorScheme: 'light' });
          expect(await violationsOn(shown.page), `${name}, light`).toEqual([]);
          await shown.page.emulateMedia({ colorScheme: 'dark' });
          expect(await violationsOn(shown.page, 'color-contrast'), `${name}, dark`).toEqual([]);
          await shown.page.emulateMedia({ forcedColors: 'active' });
          expect(await violationsOn(shown.page, 'color-contrast'), `${name}, forced colours`).toEqual([]);
          await shown.page.emulateMedia({ forcedColors: 'none' });
        }
      },
      { reducedMotion: 'reduce' },
    );
  }, 180_000);

  it('keeps what is drawn by colour alone when the system forces its colours', async () => {
    const isSeen = (selector: string, property: 'backgroundColor' | 'borderBottomColor' | 'borderTopWidth') =>
      [selector, property] as const;
    await withWindow(
      stage(),
      all,
      async ({ page }) => {
        await page.getByRole('button', { name: 'ready, details', exact: true }).click();
        await page.locator('.day-span').first().waitFor();
        await page.getByRole('button', { name: 'More for ready', exact: true }).click();
        await page.getByRole('menu').waitFor();
        const drawn = [
          isSeen('.menu [role="separator"]', 'backgroundColor'),
          isSeen('.tab[data-selected]', 'borderBottomColor'),
          isSeen('.meter i', 'backgroundColor'),
          isSeen('.day-connected, .day-span', 'backgroundColor'),
          isSeen('.chip', 'borderTopWidth'),
          isSeen('.btn-filled', 'borderTopWidth'),
        ];
        for (const [selector, property] of drawn) {
          const value = await page
            .locator(selector)
            .first()
            .evaluate((element, name) => getComputedStyle(element)[name], property);
          expect(['rgb(0, 0, 0)', 'rgba(0, 0, 0, 0)', '0px'], `${selector} ${property}`).not.toContain(value);
        }
      },
      { colorScheme: 'dark', forcedColors: 'active', reducedMotion: 'reduce' },
    );
  });

  it('moves nothing with reduced motion', async () => {
    await withWindow(
      stage(),
      all,
      async ({ page }) => {
        expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
      },
      { reducedMotion: 'reduce' },
    );
    await withWindow(stage(), all, async ({ page }) => {
      await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBeGreaterThan(0);
    });
  });

  it('lets a person sign in by keyboard alone', async () => {
    const needed = rowOf('notion', { kind: 'login-needed', reason: { code: 'login-absent' } });
    await withWindow(stage(), snapshotOf([needed]), async (shown) => {
      await tabTo(shown, 'Sign in: notion');
      await shown.page.keyboard.press('Enter');
      await expect
        .poll(() => shown.engine.asked)
        .toEqual([{ call: 'startLogin', input: { name: 'notion', openBrowser: true } }]);
      expect(await focusOf(shown)).toBe('Sign in: notion');
    });
  });

  it('opens and closes menu and dialogs by keyboard alone, and the focus returns', async () => {
    const row = rowOf('github', { kind: 'ready', token: freshToken(now, 60, 30) });
    await withWindow(stage(), snapshotOf([row]), async (shown) => {
      const { page } = shown;
      await tabTo(shown, 'More for github');
      await page.keyboard.press('Enter');
      await expect.poll(() => focusOf(shown)).toBe('Copy endpoint');
      await page.keyboard.press('Escape');
      await expect.poll(() => focusOf(shown)).toBe('More for github');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('End');
      await expect.poll(() => focusOf(shown)).toBe('Remove');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Change github' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await expect.poll(() => focusOf(shown)).toBe('More for github');
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Shift+Tab');
      expect(await focusOf(shown)).toBe('Add server');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await expect.poll(() => focusOf(shown)).toBe('Add server');
    });
  });

  it('says that Gatehouse does not answer, tries again, and shows what changed meanwhile', async () => {
    const row = rowOf('github', { kind: 'ready', token: freshToken(now, 60, 30) });
    await withWindow(stage(), snapshotOf([row]), async (shown) => {
      const { page, engine } = shown;
      shown.cutLine();
      await page.getByRole('alert').getByText('Gatehouse does not answer').waitFor();
      expect(await page.locator('.body').getAttribute('inert')).toBe('');
      engine.shows({ ...row, state: { kind: 'disabled' } });
      shown.mendLine();
      await rowOn(shown, 'github').getByText('Disabled').waitFor();
      expect(await page.locator('.body').getAttribute('inert')).toBeNull();
      expect(await page.getByRole('alert').count()).toBe(0);
    });
  });

  it('takes the code out of the address, survives a reload, and says when a link is used up', async () => {
    await withWindow(stage(), all, async ({ page, link }) => {
      expect(page.url()).toBe(`${new URL(link).origin}/`);
      await page.reload();
      await page.locator('[data-server="ready"]').waitFor();
      const other = await stage().browser.newContext();
      const second = await other.newPage();
      await second.goto(link);
      await second.getByRole('heading', { name: 'This link is used up' }).waitFor();
      expect(await second.getByRole('alert').textContent()).toContain('Run "gatehouse open" for a fresh one.');
      await other.close();
    });
  });

  it('speaks through the preload where there is one, and then asks no port for anything', async () => {
    await withWindow(stage(), snapshotOf([]), async ({ page }) => {
      const asked: string[] = [];
      page.on('request', (request) => {
        if (request.url().includes('/api/')) asked.push(request.url());
      });
      await page.addInitScript(
        (snapshot) => {
          const listeners = new Set<(event: string, payload: unknown) => void>();
          const calls: unknown[] = [];
          Object.assign(window, {
            calls,
            gatehouse: {
              call: async (name: string, input: unknown) => {
                calls.push({ name, input });
                return name === 'status' ? { ok: true, value: snapshot } : Promise.reject(new Error('no such channel'));
              },
              on: (listener: (event: string, payload: unknown) => void) => {
                listeners.add(listener);
                return () => listeners.delete(listener);
              },
            },
            tell: (event: string, payload: unknown) => {
              for (const listener of listeners) listener(event, payload);
            },
          });
        },
        snapshotOf([rowOf('one', { kind: 'disabled' })]),
      );
      await page.reload();
      await page.getByRole('button', { name: 'Enable: one' }).click();
      await page.locator('[data-server="one"]').getByText('Gatehouse does not answer').waitFor();
      await page.evaluate(
        (row) => (window as unknown as { tell(event: string, payload: unknown): void }).tell('server', row),
        rowOf('one', { kind: 'ready', token: { kind: 'not-needed' } }),
      );
      await page.locator('[data-server="one"]').getByText('No login needed.').waitFor();
      expect(asked).toEqual([]);
    });
  });

  it('writes times as the person writes them', async () => {
    const expiresAt = new Date();
    expiresAt.setHours(13, 5, 0, 0);
    const row = rowOf('one', {
      kind: 'ready',
      token: { kind: 'no-refresh', obtainedAt: now - 1, expiresAt: expiresAt.getTime() },
    });
    for (const [locale, word] of [
      ['en-GB', 'Connected, sign in again by 13:05'],
      ['en-US', 'Connected, sign in again by 01:05 PM'],
    ] as const) {
      await withWindow(
        stage(),
        snapshotOf([row]),
        async (shown) => {
          expect((await rowOn(shown, 'one').locator('.word').textContent())?.replace(/\s/g, ' ')).toBe(word);
        },
        { locale },
      );
    }
  });
}
