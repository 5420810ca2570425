import { expect, it } from 'vitest';
import { everyState, freshToken, loginOf, longServers, manyServers, rowOf, snapshotOf } from './pictures.ts';
import { focusOf, rowOn, withWindow } from './seen.ts';
import type { WindowStage } from './shown-window.ts';

const now = Date.now();

/** Name of the server in `everyState` -> word, the one button, the call that it makes. */
const TABLE: readonly (readonly [string, RegExp, string?, string?, Record<string, unknown>?])[] = [
  ['ready', /^Connected$/],
  ['not-needed', /^Connected$/],
  ['unknown-life', /^Connected$/],
  ['refreshing', /^Connected$/],
  ['refresh-waiting', /^Connected$/],
  ['no-refresh', /^Connected, sign in again by .*\d\d:\d\d$/],
  ['step-up', /^Connected, more access asked$/, 'Allow', 'startLogin', { openBrowser: true }],
  ['connecting', /^Connecting$/],
  ['login-needed', /^Sign in needed$/, 'Sign in', 'startLogin', { openBrowser: true }],
  ['logging-in', /^Signing in$/, 'Cancel', 'cancelLogin', {}],
  ['locked', /^Keychain locked$/],
  ['offline', /^Offline$/, 'Try now', 'reconnectServer', {}],
  ['trying-again', /^Trying again$/, 'Try now', 'reconnectServer', {}],
  ['token-rejected', /^Token rejected$/, 'Sign in again', 'startLogin', { openBrowser: true }],
  ['credential-rejected', /^Credential rejected$/, 'Edit'],
  ['stopped', /^Stopped$/, 'Edit'],
  ['disabled', /^Disabled$/, 'Enable', 'enableServer', {}],
  ['paused', /^Paused$/],
];

export function rowStories(stage: () => WindowStage): void {
  it('shows each state by its word, and the one action that helps makes its call', async () => {
    await withWindow(stage(), snapshotOf(everyState(now)), async (shown) => {
      for (const [name, word, label, call, input] of TABLE) {
        const row = rowOn(shown, name);
        expect(await row.locator('.word').textContent(), name).toMatch(word);
        const buttons = row.locator('[data-control="action"]');
        expect(await buttons.allTextContents(), name).toEqual(label ? [label] : []);
        if (!call) continue;
        const before = shown.engine.asked.length;
        await buttons.click();
        await expect.poll(() => shown.engine.asked.slice(before)).toEqual([{ call, input: { name, ...input } }]);
      }
    });
  });

  it('fills only the buttons of what a person has to do', async () => {
    await withWindow(stage(), snapshotOf(everyState(now)), async ({ page }) => {
      expect(await page.locator('.btn-filled').allTextContents()).toEqual([
        'Unlock',
        'Allow',
        'Sign in',
        'Sign in again',
        'Edit',
        'Edit',
      ]);
    });
    await withWindow(
      stage(),
      snapshotOf([rowOf('one', { kind: 'ready', token: freshToken(now, 60, 30) })]),
      async (shown) => {
        expect(await shown.page.locator('.btn-filled').count()).toBe(0);
        expect(await shown.page.getByRole('heading', { level: 1 }).textContent()).toBe('All connected');
      },
    );
  });

  it('says a locked keychain once, with one Unlock, and its rows carry the word alone', async () => {
    await withWindow(stage(), snapshotOf(everyState(now), { vault: { kind: 'locked' } }), async (shown) => {
      const { page, engine } = shown;
      engine.answers('unlockVault', () => ({ ok: true, value: { kind: 'locked' } }));
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Keychain locked');
      expect(await rowOn(shown, 'locked').locator('.why').count()).toBe(0);
      await page.getByRole('button', { name: 'Unlock' }).click();
      await page.getByText('It is still locked.').waitFor();
      expect(engine.asked.map(({ call }) => call)).toEqual(['unlockVault']);
      engine.showsAll({
        vault: { kind: 'keychain' },
        servers: [rowOf('locked', { kind: 'ready', token: freshToken(now, 60, 30) })],
      });
      await page.getByRole('button', { name: 'Unlock' }).waitFor({ state: 'detached' });
    });
  });

  it('says loudly that without a keychain logins are kept in memory, and a configuration mistake with line and key', async () => {
    const snapshot = snapshotOf([rowOf('one', { kind: 'disabled' })], {
      vault: { kind: 'memory', why: 'no-keychain', detail: 'No secret service answers.' },
      configProblem: {
        code: 'config-invalid',
        file: '/x/config.json',
        line: 12,
        key: 'mcpServers.a.url',
        detail: 'no URL.',
      },
    });
    await withWindow(stage(), snapshot, async ({ page }) => {
      const alerts = await page.getByRole('alert').allTextContents();
      expect(alerts[0]).toContain('kept in memory only');
      expect(alerts[0]).toContain('No secret service answers.');
      expect(alerts[1]).toContain('/x/config.json, line 12, "mcpServers.a.url": no URL.');
    });
  });

  it('2 and 37: a sign-in is seen to begin and to succeed without a reload, and its old error goes', async () => {
    const needed = rowOf('notion', { kind: 'login-needed', reason: { code: 'flow-expired' } });
    await withWindow(stage(), snapshotOf([needed]), async (shown) => {
      const { page, engine } = shown;
      const row = rowOn(shown, 'notion');
      engine.answers('startLogin', () => ({
        ok: false,
        problem: { code: 'network-unreachable', host: 'auth.example.com' },
      }));
      await row.getByRole('button', { name: 'Sign in: notion' }).click();
      await row.getByRole('alert').getByText('auth.example.com is out of reach.').waitFor();
      engine.shows({ ...needed, state: { kind: 'logging-in', flowId: 'f', since: now, deadline: now + 600_000 } });
      await row.getByText('Signing in').waitFor();
      expect(await row.getByRole('alert').count()).toBe(0);
      engine.shows({ ...needed, login: loginOf(now), state: { kind: 'ready', token: freshToken(Date.now(), 60, 60) } });
      await row.locator('.word', { hasText: /^Connected$/ }).waitFor();
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('All connected');
      expect(await row.locator('.life-text').textContent()).toMatch(/^renews in 4[67] min$/);
    });
  });

  it('10: where no browser can be opened the row shows the link, and takes the address that a browser elsewhere ended on', async () => {
    const needed = rowOf('notion', { kind: 'login-needed', reason: { code: 'login-absent' } });
    await withWindow(stage(), snapshotOf([needed]), async (shown) => {
      const { engine } = shown;
      const url = 'https://auth.example.com/authorize?client_id=x';
      engine.answers('startLogin', () => {
        engine.shows({
          ...needed,
          authorizationUrl: url,
          state: { kind: 'logging-in', flowId: 'f', since: now, deadline: now + 600_000 },
        });
        return {
          ok: true,
          value: {
            flowId: 'f',
            correlationId: 'c',
            authorizationUrl: url,
            browserOpened: false,
            browserError: 'there is no display',
            joined: false,
            deadline: now + 600_000,
          },
        };
      });
      const row = rowOn(shown, 'notion');
      await row.getByRole('button', { name: 'Sign in: notion' }).click();
      expect(await row.getByRole('link', { name: 'Open the sign-in page' }).getAttribute('href')).toBe(url);
      expect(await row.getByRole('alert').textContent()).toContain('there is no display');
      await row.getByRole('button', { name: 'Copy link: notion' }).click();
      await expect.poll(() => shown.page.evaluate(() => navigator.clipboard.readText())).toBe(url);
      await row.getByRole('button', { name: 'Paste the address' }).click();
      await shown.page
        .getByLabel('Address that the browser ended on')
        .fill('http://127.0.0.1:7717/oauth/callback?code=c&state=s');
      await shown.page.getByRole('button', { name: 'Finish' }).click();
      await expect.poll(() => engine.asked.at(-1)?.call).toBe('pasteCallback');
    });
  });

  it('lets the token run down in steps and marks the planned renewal', async () => {
    const running = rowOf('one', { kind: 'ready', token: freshToken(Date.now(), 0.5, 0.5) }, { login: loginOf(now) });
    await withWindow(stage(), snapshotOf([running]), async (shown) => {
      const bar = rowOn(shown, 'one').locator('.meter i');
      const width = () => bar.evaluate((element) => Number.parseFloat((element as HTMLElement).style.width));
      const first = await width();
      await expect.poll(width, { timeout: 5000 }).toBeLessThan(first - 3);
      expect(await rowOn(shown, 'one').locator('.meter u').getAttribute('style')).toBe('left: 22%;');
    });
  });

  it('draws what is kept hatched, what cannot be renewed with a box at its end, and an ended login dashed', async () => {
    await withWindow(stage(), snapshotOf(everyState(now)), async (shown) => {
      for (const [name, kind] of [
        ['trying-again', 'held'],
        ['no-refresh', 'ends'],
        ['login-needed', 'ended'],
        ['logging-in', 'flow'],
        ['ready', 'runs'],
      ] as const) {
        expect(await rowOn(shown, name).locator(`.meter-${kind}`).count(), name).toBe(1);
      }
    });
  });

  it('keeps focus and place when the row under them changes its group', async () => {
    const rows = manyServers(now, 60);
    await withWindow(stage(), snapshotOf(rows), async (shown) => {
      const { page, engine } = shown;
      const row = rowOn(shown, 'server-01');
      await row.getByRole('button', { name: 'Sign in: server-01' }).focus();
      engine.shows({
        ...engine.row('server-01'),
        state: { kind: 'logging-in', flowId: 'f', since: now, deadline: now + 600_000 },
      });
      await row.getByRole('button', { name: 'Cancel: server-01' }).waitFor();
      expect(await focusOf(shown)).toBe('Cancel: server-01');
      engine.shows({ ...engine.row('server-01'), state: { kind: 'ready', token: freshToken(now, 60, 30) } });
      await row.locator('.word', { hasText: /^Connected$/ }).waitFor();
      expect(await focusOf(shown)).toBe('More for server-01');

      const pointed = rowOn(shown, 'server-40');
      await pointed.hover();
      const before = (await pointed.boundingBox())?.y;
      engine.shows({ ...engine.row('server-02'), state: { kind: 'login-needed', reason: { code: 'login-absent' } } });
      await page.getByText('Sign in needed: server-02').waitFor();
      expect((await pointed.boundingBox())?.y).toBeCloseTo(before ?? -1, 0);
    });
  });

  it('shows one server, sixty servers and names of 64 characters without a sideways scroll from 400 to 1600 px', async () => {
    await withWindow(stage(), snapshotOf([]), async ({ page, engine }) => {
      for (const rows of [
        [rowOf('one', { kind: 'disabled' })],
        manyServers(now, 60),
        longServers(now),
        everyState(now),
      ]) {
        engine.showsAll({ servers: [...rows] });
        await expect.poll(() => page.locator('[data-server]').count()).toBe(rows.length);
        for (const width of [400, 720, 1100, 1600]) {
          await page.setViewportSize({ width, height: 760 });
          const over = await page.evaluate(() =>
            [document.documentElement, ...document.querySelectorAll('.list, .row, .top')]
              .filter((element) => element.scrollWidth > element.clientWidth + 1)
              .map((element) => element.className),
          );
          expect(over, `${rows.length} rows at ${width} px`).toEqual([]);
        }
      }
    });
  });

  it('has the whole of a name and a sentence that the row cuts', async () => {
    const rows = longServers(now);
    const first = rows[0];
    if (!first) throw new Error('no row');
    await withWindow(stage(), snapshotOf(rows), async (shown) => {
      const row = rowOn(shown, first.name);
      await row.getByRole('button', { name: `${first.name}, details` }).click();
      const details = await row.locator('.details').innerText();
      expect(details).toContain(first.name);
      expect(details.match(/this sentence goes on/g)?.length).toBeGreaterThan(4);
    });
  });
}
