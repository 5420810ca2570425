import { afterEach, describe, expect, test } from 'vitest';
import { signIn } from '../servers/sign-in.ts';
import { openHousehold } from './household.ts';
import { closeEverything, initialize, openAuthorizationServer, openMcpServer } from './one-server.ts';

afterEach(closeEverything);

describe('25 nothing crosses', () => {
  test('25 two servers at one authorization server: both pages open at once, each callback finds its own', async () => {
    const authorizationServer = await openAuthorizationServer();
    const one = await openMcpServer({ authorizationServer });
    const two = await openMcpServer({ authorizationServer });
    const household = await openHousehold({ servers: { foo: one.url, foo_bar: two.url } });
    await household.reached('foo', 'login-needed');
    await household.reached('foo_bar', 'login-needed');
    const first = await household.engine.startLogin('foo', { openBrowser: false, startOver: false });
    const second = await household.engine.startLogin('foo_bar', { openBrowser: false, startOver: false });
    if (!first.ok || !second.ok) throw new Error('a sign-in did not start');
    const landed = await signIn(second.value.authorizationUrl);
    expect(landed.body).toContain('Signed in to foo_bar');
    expect(household.state('foo').kind).toBe('logging-in');
    expect((await signIn(first.value.authorizationUrl)).body).toContain('Signed in to foo');
    expect((await initialize(household, 'foo')).message.result).toBeDefined();
    expect((await initialize(household, 'foo_bar')).message.result).toBeDefined();
    // A token is for one resource: had they crossed, the audience check would have refused.
    expect([one.counts.admitted, two.counts.admitted].every((count) => count > 0)).toBe(true);
    expect(new Set([...one.seenAuthorization].filter((hash) => two.seenAuthorization.includes(hash))).size).toBe(0);

    await household.engine.logout('foo');
    expect(household.state('foo').kind).toBe('login-needed');
    expect((await initialize(household, 'foo_bar')).message.result).toBeDefined();
  });

  test('25 one address under two names: two logins, and a pasted address is taken only by its own', async () => {
    const authorizationServer = await openAuthorizationServer();
    const mcp = await openMcpServer({ authorizationServer });
    const household = await openHousehold({ servers: { work: mcp.url, home: mcp.url } });
    await household.reached('work', 'login-needed');
    await household.reached('home', 'login-needed');
    const started = await household.engine.startLogin('work', { openBrowser: false, startOver: false });
    if (!started.ok) throw new Error('the sign-in did not start');
    const { callbackUrl = '' } = await signIn(started.value.authorizationUrl, { stopBeforeCallback: true });
    const wrong = await household.engine.pasteCallback('home', callbackUrl);
    expect(wrong).toMatchObject({ ok: false, problem: { code: 'unknown-state' } });
    expect(household.state('home').kind).toBe('login-needed');
    expect(await household.engine.pasteCallback('work', callbackUrl)).toMatchObject({ ok: true });
    expect(household.state('work').kind).toBe('ready');
    await household.signInTo('home');
    const before = household.view('work').login?.clientId;
    await household.restart();
    await household.reached('work', 'ready');
    await household.reached('home', 'ready');
    expect(household.view('work').login?.clientId).toBe(before);
    expect(household.view('home').login?.clientId).not.toBe(before);
  });
});
