import { afterEach, describe, expect, test } from 'vitest';
import { signIn } from '../servers/sign-in.ts';
import type { Household } from './household.ts';
import { closeEverything, initialize, openOneServer } from './one-server.ts';

afterEach(closeEverything);

async function tenKeys(household: Household): Promise<string[]> {
  const keys: string[] = [];
  for (let number = 1; number <= 10; number += 1) {
    const added = await household.engine.addCaller(`caller-${number}`);
    if (!added.ok) throw new Error('the caller was not added');
    keys.push(added.value.key);
  }
  return keys;
}

describe('22 ten callers meet a server that nobody has signed in to', () => {
  test('22 by default no flow starts and no page opens; each is told where to click', async () => {
    const { authorizationServer, mcp, household } = await openOneServer();
    const keys = await tenKeys(household);
    mcp.resetCounts();
    authorizationServer.resetCounts();
    const answers = await Promise.all(keys.map((key, id) => initialize(household, 'linear', { key, id })));
    for (const [id, { status, message }] of answers.entries()) {
      expect(status).toBe(200);
      expect(message).toMatchObject({ id, error: { data: { server: 'linear', state: 'login-needed' } } });
      expect(message.error?.message).toMatch(
        /^linear: Sign in needed\. .*\/oauth\/start\/.*gatehouse auth login linear$/,
      );
    }
    expect(new Set(answers.map(({ message }) => message.error?.data?.url)).size).toBe(1);
    expect(household.browser.pages).toEqual([]);
    expect(household.state('linear').kind).toBe('login-needed');
    expect(mcp.counts.requests).toBe(0);
    expect(authorizationServer.counts).toMatchObject({ metadataRequests: 0, registrations: 0, authorizations: 0 });
  });

  test('22 under "when-needed" they share one flow and one page, and afterwards all of them get through', async () => {
    const { authorizationServer, household } = await openOneServer({ entry: { openBrowser: 'when-needed' } });
    const keys = await tenKeys(household);
    const answers = await Promise.all(keys.map((key, id) => initialize(household, 'linear', { key, id })));
    for (const { message } of answers) {
      expect(message.error?.data).toMatchObject({ server: 'linear', state: 'logging-in' });
      expect(message.error?.message).toMatch(/^linear: Signing in\. .*\/oauth\/start\//);
    }
    // The callers were answered at once: the page follows when the registration is done.
    await household.until(() => household.browser.pages.length > 0, 'the page');
    expect(household.browser.pages).toHaveLength(1);
    expect(household.logger.of('flow.started')).toHaveLength(1);
    expect(authorizationServer.counts.registrations).toBe(1);

    await signIn(household.browser.pages[0] ?? '');
    await household.reached('linear', 'ready');
    const later = await Promise.all(keys.map((key, id) => initialize(household, 'linear', { key, id })));
    for (const { message } of later) expect(message.result).toBeDefined();
    expect(authorizationServer.counts).toMatchObject({ authorizations: 1, codeExchanges: 1 });
  });

  test('22 O3 with a client of its own, whose secret is looked for first: one flow, one page, one of the five minutes', async () => {
    const entry = { openBrowser: 'when-needed', clientId: 'known' };
    const { household } = await openOneServer({ entry });
    const keys = await tenKeys(household);
    const read = household.vault.get;
    let answer: () => void = () => {};
    const isAsked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    Object.assign(household.vault, {
      get: async (key: string) => {
        await isAsked;
        return read(key);
      },
    });
    await Promise.all(keys.map((key, id) => initialize(household, 'linear', { key, id })));
    answer();
    await household.until(() => household.browser.pages.length > 0, 'the page');
    expect([household.browser.pages.length, household.logger.of('flow.started').length]).toEqual([1, 1]);
    expect(household.logger.of('browser.held-back')).toEqual([]);
    household.engine.cancelLogin('linear');
  });

  test('22 the link that each is given leads to the same flow', async () => {
    const { authorizationServer, household } = await openOneServer();
    const { message } = await initialize(household);
    const url = String(message.error?.data?.url);
    const clicks = await Promise.all(
      Array.from({ length: 10 }, () => fetch(url, { method: 'POST', redirect: 'manual' })),
    );
    expect(new Set(clicks.map((click) => click.headers.get('location'))).size).toBe(1);
    expect(authorizationServer.counts.registrations).toBe(1);
    expect(household.logger.of('flow.started')).toHaveLength(1);
  });
});
