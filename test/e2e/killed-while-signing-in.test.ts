import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signIn } from '../servers/sign-in.ts';
import { BuiltGatehouse, type Serving } from './built-gatehouse.ts';
import { ChildProcesses } from './child-processes.ts';
import { LaneCaller } from './lane-caller.ts';
import { recordedBrowser } from './recorded-browser.ts';
import { startTestServers } from './test-servers.ts';

const NAME = 'main';
const TOKEN_TTL_S = 3600;

let folder: string;
let children: ChildProcesses;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gatehouse-killed-'));
  children = new ChildProcesses();
});
afterEach(async () => {
  await children.killAll();
  await rm(folder, { recursive: true, force: true });
});

describe('F7 killed with SIGKILL between the browser and the callback, the built program', () => {
  it.each(['keychain', 'file'])(
    'F7 2 takes the callback after its next start, with its logins in the %s',
    async (vault) => {
      const browser = await recordedBrowser(folder);
      const gatehouse = new BuiltGatehouse(children, path.join(folder, 'data'), {
        GATEHOUSE_BROWSER: browser.program,
        GATEHOUSE_VAULT_PASSPHRASE: 'correct horse battery',
      });
      const serve = (): Promise<Serving> => gatehouse.serve('--vault', vault);
      const servers = await startTestServers(children, TOKEN_TTL_S);
      const killed = await serve();
      await gatehouse.run('servers', 'add', NAME, servers.mcpUrl);
      const { key }: { key: string } = JSON.parse((await gatehouse.run('callers', 'add', 'caller')).stdout);
      const login = gatehouse.start('auth', 'login', NAME);
      const { authorizationUrl } = await login.firstLine();
      const page = await browser.pageAfter(0);
      expect(page).toBe(authorizationUrl);
      const { callbackUrl = '' } = await signIn(page, { stopBeforeCallback: true });
      killed.process.kill('SIGKILL');
      expect((await killed.process.ended).signal).toBe('SIGKILL');
      await login.ended;

      const serving = await serve();
      expect(serving.url).toBe(killed.url);
      // A browser that ends there before the first look at the vault is over waits for it.
      const done = await fetch(callbackUrl);
      expect([done.status, new URL(done.url).origin, await done.text()]).toEqual([
        200,
        serving.url,
        expect.stringContaining(`Signed in to ${NAME}`) as string,
      ]);
      const caller = new LaneCaller(serving.url, NAME, key);
      expect((await caller.call()).failure).toBeUndefined();
      await caller.close();
      expect(await gatehouse.status(NAME)).toMatchObject({ state: 'ready' });
      const { authorization, mcp } = await servers.seen();
      expect(authorization).toMatchObject({ authorizations: 1, registrations: 1, codeExchanges: 1 });
      expect([mcp.admitted > 0, browser.pages().length]).toEqual([true, 1]);
      // The keychain is that of the other tests too.
      await gatehouse.run('auth', 'logout', NAME);
      await gatehouse.run('stop');
    },
  );
});
