import { afterEach, describe, expect, test } from 'vitest';
import { wordsFor } from '../../src-main/engine/model/words.ts';
import { signIn } from '../servers/sign-in.ts';
import { closeEverything, initialize, openOneServer } from './one-server.ts';

afterEach(closeEverything);

const time = (): string => '14:05';

describe.each(['ask', 'when-needed'])('1 a server that answers 401 at the start, under %s', (openBrowser) => {
  test('1 opens no browser and starts no flow; the row says "Sign in needed" with a button that works', async () => {
    const { authorizationServer, mcp, household } = await openOneServer({ settings: { openBrowser } });
    await household.restart();
    await household.reached('linear', 'login-needed');
    await household.clock.advance('1 h');
    expect(mcp.counts.unauthorized).toBe(2);
    expect(household.browser.pages).toEqual([]);
    expect(household.logger.of('flow.started')).toEqual([]);
    expect(authorizationServer.counts).toMatchObject({ metadataRequests: 0, registrations: 0, authorizations: 0 });
    expect(wordsFor(household.state('linear'), time)).toMatchObject({ word: 'Sign in needed', action: 'sign-in' });

    household.browser.onPage((url) => signIn(url));
    const clicked = await household.engine.startLogin('linear', { openBrowser: true, startOver: false });
    expect(clicked).toMatchObject({ ok: true, value: { browserOpened: true, joined: false } });
    await household.reached('linear', 'ready');
    expect(wordsFor(household.state('linear'), time).word).toBe('Connected');
    expect((await initialize(household)).message.result).toBeDefined();
  });
});
