import { afterEach, describe, expect, test } from 'vitest';
import { sentenceFor, wordsFor } from '../../src-main/engine/model/words.ts';
import { closeEverything, initialize, openOneServer } from './one-server.ts';

afterEach(closeEverything);

const HOSTILE = [
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'ms-settings:',
  'https://example.com/$(calc)',
  'https://example.com/`calc`',
  'https://example.com/${IFS}calc',
  '\\\\evil.example\\share\\run.exe',
  '//evil.example/authorize',
  '--remote-debugging-port=9222',
  '-h',
  'https://user:password@example.com/authorize',
  'https://example.com@evil.example/authorize',
  'https://example.com/a\u0000b',
  'https://example.com/a\r\nb',
  'https://example.com/a\u202eb',
  'https://example.com/a"b',
  "https://example.com/a b' & calc",
  'http://example.com/authorize',
  '',
];

describe('40 a server names something else than a web page as its sign-in page', () => {
  test.each(HOSTILE)('40 %j: nothing is launched, and the row says why', async (address) => {
    const { authorizationServer, household } = await openOneServer();
    authorizationServer.changeMetadata({ authorization_endpoint: address });
    const { message } = await initialize(household);
    const clicked = await household.engine.startLogin('linear', { openBrowser: true, startOver: false });
    if (clicked.ok) throw new Error('the sign-in started');
    expect(['unsafe-url', 'metadata-incomplete', 'bad-answer']).toContain(clicked.problem.code);
    const link = await fetch(String(message.error?.data?.url), { method: 'POST', redirect: 'manual' });
    expect([link.status, link.headers.get('location')]).toEqual([409, null]);

    expect(household.browser.pages).toEqual([]);
    expect(household.view('linear')).not.toHaveProperty('authorizationUrl');
    expect(household.state('linear')).toMatchObject({ kind: 'login-needed', reason: clicked.problem });
    const row = wordsFor(household.state('linear'), () => '12:00');
    expect(row).toEqual({ word: 'Sign in needed', sentence: sentenceFor(clicked.problem), action: 'sign-in' });
    // What is shown is one line, without the password, and without anything that turns text around.
    expect(row.sentence).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]|user:password/u);
  });

  test('40 under "when-needed" nothing is launched either', async () => {
    const { authorizationServer, household } = await openOneServer({ entry: { openBrowser: 'when-needed' } });
    authorizationServer.changeMetadata({ authorization_endpoint: 'file:///usr/bin/calc' });
    for (let call = 0; call < 3; call += 1) await initialize(household);
    await household.engine.reconnect('linear');
    expect(household.browser.pages).toEqual([]);
  });

  test('40 once it names a web page again, the button works', async () => {
    const { authorizationServer, household } = await openOneServer();
    authorizationServer.changeMetadata({ authorization_endpoint: 'javascript:alert(1)' });
    await household.engine.startLogin('linear', { openBrowser: true, startOver: false });
    authorizationServer.behave();
    await household.signInTo('linear');
    expect(household.state('linear').kind).toBe('ready');
  });
});
