import { afterEach, describe, expect, test } from 'vitest';
import { signIn } from '../servers/sign-in.ts';
import type { Answer } from './household.ts';
import { closeEverything, initialize, openOneServer } from './one-server.ts';

afterEach(closeEverything);

function where(answers: readonly Answer[]): readonly unknown[] {
  return answers.map(({ message }) => message.error?.data?.url);
}

describe('22 ten callers meet a server without a login', () => {
  test('22 under "ask" no flow and no page, and each is told where to click', async () => {
    const { authorizationServer, household } = await openOneServer();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, id) => initialize(household, 'linear', { id })));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const [link] = new Set(where(answers));
    expect(new Set(where(answers)).size).toBe(1);
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/start\//);
    expect(household.browser.pages).toEqual([]);
    expect(household.state('linear').kind).toBe('login-needed');
    expect(authorizationServer.counts).toMatchObject({ authorizations: 0, registrations: 0 });
  });

  test('22 under "when-needed" one flow and one page; after the sign-in their next calls succeed', async () => {
    const { authorizationServer, household } = await openOneServer({ settings: { openBrowser: 'when-needed' } });
    household.browser.onPage(signIn);
    const answers = await Promise.all(Array.from({ length: 10 }, (_, id) => initialize(household, 'linear', { id })));
    for (const { message } of answers) expect(message.error?.message).toMatch(/^linear: /);
    await household.reached('linear', 'ready');
    await household.browser.settled();
    expect(household.browser.pages).toHaveLength(1);
    expect(household.logger.of('flow.started')).toHaveLength(1);
    expect(authorizationServer.counts).toMatchObject({ registrations: 1, codeExchanges: 1 });
    const again = await Promise.all(Array.from({ length: 10 }, (_, id) => initialize(household, 'linear', { id })));
    for (const { message } of again) expect(message.result).toBeDefined();
  });
});
