import { expect, it } from 'vitest';
import { rowOf, snapshotOf } from './pictures.ts';
import { withWindow } from './seen.ts';
import type { WindowStage } from './shown-window.ts';

const needed = (name: string) => rowOf(name, { kind: 'login-needed', reason: { code: 'login-absent' } });

export function loginToAllStories(stage: () => WindowStage): void {
  it('11 one button when two or more need a sign-in, then whose turn it is and Stop, then who was passed over', async () => {
    await withWindow(stage(), snapshotOf([needed('linear'), needed('notion')]), async ({ page, engine }) => {
      let end = (): void => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      engine.answers('startLoginToAll', async () => {
        await ended;
        const passedOver = [{ name: 'notion', problem: { code: 'flow-expired' as const } }];
        return { ok: true, value: { signedIn: ['linear'], passedOver, stopped: false } };
      });
      engine.answers('stopLoginToAll', () => ({ ok: true, value: {} }));
      await page.getByRole('button', { name: 'Sign in to all' }).click();
      await expect.poll(() => engine.asked).toEqual([{ call: 'startLoginToAll', input: { openBrowser: true } }]);
      engine.showsAll({ loginToAll: { server: 'linear', left: 1 } });
      await page.getByText('linear, then 1 more').waitFor();
      expect(await page.getByRole('button', { name: 'Sign in to all' }).count()).toBe(0);
      await page.getByRole('button', { name: 'Stop' }).click();
      await expect.poll(() => engine.asked.at(-1)?.call).toBe('stopLoginToAll');
      engine.showsAll({ loginToAll: undefined, servers: [rowOf('linear', { kind: 'disabled' }), needed('notion')] });
      end();
      await page.getByText('Not signed in: notion').waitFor();
      expect(await page.getByRole('button', { name: 'Sign in to all' }).count()).toBe(0);
    });
  });

  it('11 no such button where one server needs a sign-in', async () => {
    await withWindow(stage(), snapshotOf([needed('linear')]), async ({ page }) => {
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
      expect(await page.getByRole('button', { name: 'Sign in to all' }).count()).toBe(0);
    });
  });
}
