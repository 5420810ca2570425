import { afterEach, describe, expect, test } from 'vitest';
import { signIn } from '../servers/sign-in.ts';
import { type Household, openHousehold } from './household.ts';
import { closeEverything, initialize, openAuthorizationServer, openMcpServer } from './one-server.ts';

afterEach(closeEverything);

/** An ID token that says who signed in; nothing is decided by it. */
function idToken(email: string): string {
  return ['{"alg":"none"}', JSON.stringify({ sub: email, email }), ''].map((part) => btoa(part)).join('.');
}

async function begin(household: Household, server: string): Promise<{ url: URL; flowId: string }> {
  const started = await household.engine.startLogin(server, { openBrowser: false, startOver: false });
  if (!started.ok) throw new Error(`no sign-in: ${started.problem.code}`);
  return { url: new URL(started.value.authorizationUrl), flowId: started.value.flow.flowId };
}

/** The one record that the vault keeps for a server. */
function recordOf(household: Household, server: string): { accessToken: string; refreshToken: string; text: string } {
  const texts = [...household.vault.values].flatMap(([key, text]) => (key.startsWith(`${server}/`) ? [text] : []));
  const text = texts.find((record) => record.includes('"accessToken"')) ?? '';
  const read = (name: string): string => new RegExp(`"${name}":"([^"]+)"`).exec(text)?.[1] ?? '';
  return { accessToken: read('accessToken'), refreshToken: read('refreshToken'), text };
}

describe('25 two servers, one authorization server', () => {
  async function twoServers() {
    const authorizationServer = await openAuthorizationServer();
    const mcp = {
      linear: await openMcpServer({ authorizationServer }),
      notes: await openMcpServer({ authorizationServer }),
    };
    const household = await openHousehold({ servers: { linear: mcp.linear.url, notes: mcp.notes.url } });
    for (const name of ['linear', 'notes']) await household.reached(name, 'login-needed');
    return { authorizationServer, mcp, household };
  }

  test('25 signed in to at the same time, in either order: states, verifiers, resources and records never cross', async () => {
    const { mcp, household } = await twoServers();
    const [linear, notes] = await Promise.all([begin(household, 'linear'), begin(household, 'notes')]);
    for (const part of ['state', 'code_challenge', 'client_id']) {
      expect(linear.url.searchParams.get(part)).not.toBe(notes.url.searchParams.get(part));
    }
    expect(linear.url.searchParams.get('resource')).toBe(mcp.linear.url);
    expect(notes.url.searchParams.get('resource')).toBe(mcp.notes.url);
    await Promise.all([signIn(notes.url.href), signIn(linear.url.href)]);
    await household.reached('linear', 'ready');
    await household.reached('notes', 'ready');
    expect(recordOf(household, 'linear').accessToken).not.toBe(recordOf(household, 'notes').accessToken);

    for (const name of ['linear', 'notes'] as const) {
      mcp[name].resetCounts();
      expect((await initialize(household, name)).message.result).toBeDefined();
      expect(mcp[name].counts).toMatchObject({ requests: 1, admitted: 1 });
      expect(mcp[name].seenAuthorization).toHaveLength(1);
    }
    expect(mcp.linear.seenAuthorization).not.toEqual(mcp.notes.seenAuthorization);
  });

  test('25 the code of one flow with the state of the other ends in no login', async () => {
    const { household } = await twoServers();
    const [linear, notes] = [await begin(household, 'linear'), await begin(household, 'notes')];
    const { callbackUrl = '' } = await signIn(linear.url.href, { stopBeforeCallback: true });
    const crossed = new URL(callbackUrl);
    crossed.searchParams.set('state', notes.url.searchParams.get('state') ?? '');
    await fetch(crossed);
    expect(household.state('notes').kind).toBe('login-needed');
    expect(household.state('linear').kind).toBe('logging-in');
    expect(recordOf(household, 'notes').accessToken).toBe('');
  });

  test('25 a callback pasted in for the other server is refused, and its flow lives on', async () => {
    const { household } = await twoServers();
    const linear = await begin(household, 'linear');
    await begin(household, 'notes');
    const { callbackUrl = '' } = await signIn(linear.url.href, { stopBeforeCallback: true });
    expect(await household.engine.pasteCallback('notes', callbackUrl)).toMatchObject({
      ok: false,
      problem: { code: 'unknown-state' },
    });
    expect(await household.engine.pasteCallback('linear', callbackUrl)).toEqual({ ok: true, value: undefined });
    expect([household.state('linear').kind, household.state('notes').kind]).toEqual(['ready', 'logging-in']);
  });

  test('25 one signs out, or its grant ends: the other does not notice', async () => {
    const { household, mcp } = await twoServers();
    await household.signInTo('linear');
    await household.signInTo('notes');
    const before = recordOf(household, 'notes').text;
    await household.engine.logout('linear');
    expect(household.state('linear').kind).toBe('login-needed');
    expect(recordOf(household, 'notes').text).toBe(before);
    mcp.notes.resetCounts();
    expect((await initialize(household, 'notes')).message.result).toBeDefined();
    expect(mcp.notes.counts.unauthorized).toBe(0);
  });
});

describe('25 one address under two names, with two accounts', () => {
  async function twoAccounts() {
    const authorizationServer = await openAuthorizationServer();
    const mcp = await openMcpServer({ authorizationServer });
    const household = await openHousehold({ servers: { work: mcp.url, home: mcp.url } });
    for (const [name, email] of [
      ['work', 'ada@work.example'],
      ['home', 'ada@home.example'],
    ] as const) {
      await household.reached(name, 'login-needed');
      authorizationServer.answerTokenWith({ id_token: idToken(email) });
      await household.signInTo(name);
    }
    return { authorizationServer, mcp, household };
  }

  test('25 each row says which account it is, and each caller’s path uses its own', async () => {
    const { mcp, household } = await twoAccounts();
    expect(household.view('work').login?.account).toBe('ada@work.example');
    expect(household.view('home').login?.account).toBe('ada@home.example');
    mcp.resetCounts();
    await initialize(household, 'work');
    await initialize(household, 'home');
    await initialize(household, 'work');
    expect(mcp.seenAuthorization).toHaveLength(2);
  });

  test('25 a session of one is not one of the other', async () => {
    const { household } = await twoAccounts();
    const opened = await fetch(household.view('work').endpoint, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${household.key}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'story', version: '1' } },
      }),
    });
    await opened.text();
    const session = opened.headers.get('mcp-session-id') ?? '';
    expect(session).not.toBe('');
    const key = await household.engine.addCaller('other');
    if (!key.ok) throw new Error('not added');
    const headers = { 'mcp-session-id': session };
    expect((await household.call('work', { headers, key: key.value.key })).status).toBe(404);
    expect((await household.call('work', { headers })).status).toBe(200);
  });

  test('25 both survive a restart and a refresh, each with its own tokens and account', async () => {
    const { authorizationServer, household } = await twoAccounts();
    // A refresh need not say again who it is.
    authorizationServer.answerTokenWith({ id_token: null });
    await household.restart();
    authorizationServer.endAccessTokens();
    authorizationServer.resetCounts();
    const answers = await Promise.all(['work', 'home'].map((name) => initialize(household, name)));
    for (const { message } of answers) expect(message.result).toBeDefined();
    expect(authorizationServer.counts.refreshes).toBe(2);
    const [work, home] = [recordOf(household, 'work'), recordOf(household, 'home')];
    expect(work.refreshToken).not.toBe(home.refreshToken);
    expect(household.view('work').login?.account).toBe('ada@work.example');
    expect(household.view('home').login?.account).toBe('ada@home.example');
  });

  test('25 one signs out: the other’s login is there and works', async () => {
    const { household } = await twoAccounts();
    await household.engine.logout('work');
    expect(household.state('work').kind).toBe('login-needed');
    expect((await initialize(household, 'home')).message.result).toBeDefined();
    expect(household.view('home').login?.account).toBe('ada@home.example');
  });
});
