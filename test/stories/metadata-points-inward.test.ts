import { afterEach, describe, expect, test } from 'vitest';
import { addressKind } from '../../src-main/adapters/address-kind.ts';
import type { HttpOptions } from '../../src-main/adapters/http.ts';
import { sentenceFor, wordsFor } from '../../src-main/engine/model/words.ts';
import { closeEverything, openOneServer } from './one-server.ts';

afterEach(closeEverything);

/** The servers' own address plays the internet; every other one is what it is. */
const ON_THE_INTERNET: HttpOptions = {
  addressKind: (address) => (address === '127.0.0.1' ? undefined : addressKind(address)),
};

const click = { openBrowser: true, startOver: false };

describe('43 the metadata of a server on the internet points inward', () => {
  test.each([
    ['http://127.0.0.2:9', '127.0.0.2:9', 'this-machine'],
    ['https://192.168.1.1', '192.168.1.1', 'private-network'],
    ['https://169.254.169.254', '169.254.169.254', 'link-local'],
  ])('43 to %s: refused before anything opens or is sent, and the row says why', async (origin, host, kind) => {
    const { authorizationServer, household } = await openOneServer({ http: ON_THE_INTERNET });
    authorizationServer.pointInward(origin);
    const clicked = await household.engine.startLogin('linear', click);
    expect(clicked).toEqual({ ok: false, problem: { code: 'address-not-public', host, kind } });
    expect(household.browser.pages).toEqual([]);
    const row = wordsFor(household.state('linear'), () => '12:00');
    expect(row).toMatchObject({ word: 'Sign in needed', action: 'sign-in' });
    if (!clicked.ok) expect(row.sentence).toBe(sentenceFor(clicked.problem));
    expect(row.sentence).toMatch(/^[\d.:]+ leads to .*"allowPrivateNetwork": true/);

    authorizationServer.behave();
    await household.signInTo('linear');
    expect(household.state('linear').kind).toBe('ready');
  });

  test.each(['https://192.168.1.1/device', 'http://127.0.0.2:9/device'])(
    '43 10 the page of a code is at %s: neither shown nor opened',
    async (page) => {
      const { authorizationServer, household } = await openOneServer({ http: ON_THE_INTERNET });
      authorizationServer.offerDeviceSignIn();
      for (const member of ['verification_uri', 'verification_uri_complete']) {
        authorizationServer.changeDeviceAuthorization({ verification_uri_complete: null, [member]: page });
        expect(await household.engine.startLogin('linear', { ...click, device: true })).toMatchObject({
          problem: { code: 'address-not-public' },
        });
        expect(household.view('linear').device).toBeUndefined();
      }
      expect(household.browser.pages).toEqual([]);
    },
  );

  test('43 to an authorization server there: not asked for its metadata', async () => {
    const { mcp, household } = await openOneServer({ http: ON_THE_INTERNET });
    mcp.changeMetadata({ authorization_servers: ['http://127.0.0.2:9'] });
    expect(await household.engine.startLogin('linear', click)).toMatchObject({
      problem: { code: 'address-not-public', host: '127.0.0.2:9' },
    });
  });

  test('43 a stored token endpoint whose name leads inward later is judged at the renewal, and the login is kept', async () => {
    let address = '127.0.0.1';
    const lookup: NonNullable<HttpOptions['lookup']> = (_, __, callback) => callback(null, [{ address, family: 4 }]);
    const { authorizationServer, household } = await openOneServer({ http: { ...ON_THE_INTERNET, lookup } });
    authorizationServer.accessTokensLiveS(60);
    authorizationServer.changeMetadata({ token_endpoint: `http://localhost:${authorizationServer.port}/token` });
    await household.signInTo('linear');
    address = '127.0.0.2';
    await household.restart();
    await household.reached('linear', 'ready');
    await household.clock.advance('1 min');
    const refused = () =>
      household.logger.lines.some(
        ({ event, fields }) => event === 'refresh.attempt-failed' && fields?.problem === 'address-not-public',
      );
    await household.until(refused, 'the renewal is refused');
    expect(authorizationServer.counts.refreshes).toBe(0);
    expect(household.view('linear').login?.renewable).toBe(true);
  });
});

describe('43 a server that may name what is inside', () => {
  test('43 with "allowPrivateNetwork" the address is gone to: what fails then is the connection', async () => {
    const { authorizationServer, household } = await openOneServer({
      http: ON_THE_INTERNET,
      entry: { allowPrivateNetwork: true },
    });
    authorizationServer.changeMetadata({ registration_endpoint: 'http://127.0.0.2:9/register' });
    expect(await household.engine.startLogin('linear', click)).toMatchObject({
      problem: { code: 'network-unreachable', host: '127.0.0.2:9' },
    });
  });

  test('43 on this machine it names its own without any setting', async () => {
    const { household } = await openOneServer();
    await household.signInTo('linear');
    expect(household.state('linear').kind).toBe('ready');
  });
});
