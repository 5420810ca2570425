import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BuiltGatehouse, ROOT } from './built-gatehouse.ts';
import { ChildProcesses } from './child-processes.ts';
import { Person } from './person.ts';
import { recordedBrowser } from './recorded-browser.ts';
import { until } from './until.ts';

const SERVER = 'demo';

let folder: string;
let children: ChildProcesses;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gatehouse-demo-test-'));
  children = new ChildProcesses();
});

afterEach(async () => {
  await children.killAll();
  await rm(folder, { recursive: true, force: true });
});

/** Everything of the demo that is still there: its folders, and the programs that were started for it. */
function leftovers(): string[] {
  const folders = readdirSync(folder).filter((name) => name.startsWith('gatehouse-demo-'));
  const programs = readdirSync('/proc').filter((pid) => {
    try {
      const isOurs = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`TMPDIR=${folder}`);
      return isOurs && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
    } catch {
      return false;
    }
  });
  return [...folders, ...programs];
}

function startDemo() {
  const args = ['--import', 'tsx', path.join(ROOT, 'scripts/demo.ts'), '--access-token-ttl', '6s'];
  return children.node(args, { ...process.env, TMPDIR: folder });
}

describe('the demo', () => {
  it('starts from the window, takes one sign-in, is renewed again and again, and leaves nothing', async () => {
    const browser = await recordedBrowser(folder);
    const env = { TMPDIR: folder, GATEHOUSE_BROWSER: browser.program, GATEHOUSE_DEMO_ACCESS_TOKEN_TTL: '6s' };
    const own = new BuiltGatehouse(children, path.join(folder, 'own'), env);
    const serving = await own.serve('--vault', 'memory');
    const person = await Person.arrives();
    try {
      const { page } = await person.openWindow(serving.window);
      await page.getByRole('button', { name: 'Start the demo' }).click();
      await page.getByText('This is the demo.').waitFor({ timeout: 30_000 });
      expect(new URL(page.url()).origin).not.toBe(new URL(serving.window).origin);
      await page.getByRole('button', { name: `Sign in: ${SERVER}` }).click();
      const { heading } = await person.signInOn(await browser.pageAfter(0));
      expect(heading).toBe(`Signed in to ${SERVER}`);
      await page.locator(`[data-server="${SERVER}"] .word`).getByText('Connected', { exact: true }).waitFor();

      const [name = ''] = (await readdir(folder)).filter((entry) => entry.startsWith('gatehouse-demo-'));
      const demo = new BuiltGatehouse(children, path.join(folder, name), env);
      const ends = new Set<number>();
      await until('the token was renewed twice', async () => {
        const { token } = (await demo.status(SERVER)) ?? {};
        const { expiresAt } = (token ?? {}) as { expiresAt?: number };
        if (expiresAt !== undefined) ends.add(expiresAt);
        return ends.size > 2;
      });
      await page.getByText(/\d calls?\./).waitFor();
      expect(browser.pages()).toHaveLength(1);
    } finally {
      await person.leaves();
    }
    await own.run('stop');
    expect((await serving.process.ended).code).toBe(0);
    await until('nothing is left', () => leftovers().length === 0);
  });

  it('ends at Ctrl+C with exit code 0, and leaves nothing', async () => {
    const demo = startDemo();
    await until('it says where its window is', () => demo.said.stdout.includes('Its window: http://127.0.0.1:'));
    expect(leftovers().length).toBeGreaterThan(2);
    demo.kill('SIGINT');
    expect((await demo.ended).code).toBe(0);
    expect(leftovers()).toEqual([]);
  });

  it('leaves nothing when it is killed', async () => {
    const demo = startDemo();
    await until('it says where its window is', () => demo.said.stdout.includes('Its window: http://127.0.0.1:'));
    demo.kill('SIGKILL');
    await demo.ended;
    await until('nothing is left', () => leftovers().length === 0);
  });

  it('leaves nothing when its keeper is killed', async () => {
    const demo = startDemo();
    await until('it says where its window is', () => demo.said.stdout.includes('Its window: http://127.0.0.1:'));
    const keeper = leftovers().find(
      (pid) => /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('demo-keeper'),
    );
    process.kill(Number(keeper), 'SIGKILL');
    expect((await demo.ended).code).toBe(1);
    await until('nothing is left', () => leftovers().length === 0);
  });
});
