import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterEach, describe, expect, test } from 'vitest';
import { closeAll, closeLater } from '../endpoint/house-with-upstream.ts';
import { type GuardedHouse, openGuardedHouse, openSignedInHouse } from '../endpoint/signed-in-house.ts';

afterEach(closeAll);

const ME = { name: 'caller', version: '1.0.0' };

/** An auth provider as an OAuth client has one, and a fetch; each notes what it is asked for. */
function watched(stale?: string) {
  const wishes: string[] = [];
  const addresses = new Set<string>();
  const wish =
    <T>(what: string, answer: T) =>
    (): T => {
      wishes.push(what);
      return answer;
    };
  return {
    wishes,
    addresses,
    fetch: (url: string | URL, init?: RequestInit): Promise<Response> => {
      addresses.add(String(url));
      return fetch(url, init);
    },
    authProvider: {
      redirectUrl: 'http://127.0.0.1:1/callback',
      clientMetadata: { redirect_uris: ['http://127.0.0.1:1/callback'], client_name: 'watched' },
      clientInformation: wish('client information', undefined),
      saveClientInformation: wish('registered', undefined),
      tokens: () => (stale === undefined ? undefined : { access_token: stale, token_type: 'Bearer' }),
      saveTokens: wish('tokens', undefined),
      redirectToAuthorization: wish('redirect', undefined),
      saveCodeVerifier: wish('verifier', undefined),
      codeVerifier: wish('verifier read', 'verifier'),
    },
  };
}

type Watched = ReturnType<typeof watched>;
type Connect = (house: GuardedHouse, watch: Watched, key: string | undefined) => Promise<string>;

/** What the person is shown when a client fails to connect; the empty string where it did not fail. */
async function failureOf(
  client: { connect(transport: never): Promise<void>; close(): Promise<void> },
  transport: unknown,
) {
  closeLater(() => client.close());
  try {
    await client.connect(transport as never);
    return '';
  } catch (error) {
    return String(error);
  }
}

const init = (key: string | undefined) =>
  key === undefined ? {} : { requestInit: { headers: { authorization: `Bearer ${key}` } } };

const oneX: Connect = (house, { fetch, authProvider }, key) => {
  const options = { fetch, authProvider, ...init(key) };
  return failureOf(new Client(ME), new StreamableHTTPClientTransport(new URL(house.endpoint), options));
};

const twoX =
  (mode: 'auto' | 'legacy'): Connect =>
  (house, { fetch, authProvider }, key) => {
    const client = new ModernClient(ME, { versionNegotiation: { mode } });
    return failureOf(client, new ModernTransport(new URL(house.endpoint), { fetch, authProvider, ...init(key) }));
  };

/** The last: while it negotiates a version, 2.x shows of a 403 only its number. */
const CLIENTS: readonly (readonly [string, Connect, boolean])[] = [
  ['1.x', oneX, true],
  ['2.x, legacy', twoX('legacy'), true],
  ['2.x, auto', twoX('auto'), false],
];

const DENIED = /denied access \(HTTP 403\)/;

/** Nothing but the endpoint itself was asked for: no discovery, no registration, no redirect. */
function expectNoOAuth(house: GuardedHouse, { wishes, addresses }: Watched): void {
  expect([...addresses]).toEqual([house.endpoint]);
  expect(wishes).toEqual([]);
}

describe.each(CLIENTS)('the %s client with an auth provider', (_name, connect, showsRefusals) => {
  test('E1 with a wrong key starts no OAuth at us, and shows our sentence', async () => {
    const house = await openSignedInHouse();
    const watch = watched();
    expect(await connect(house, watch, 'gate_wrong')).toMatch(
      showsRefusals ? /This caller key is not known to Gatehouse/ : DENIED,
    );
    expectNoOAuth(house, watch);
  });

  test('E1 with no key starts no OAuth at us, and is told how to get one', async () => {
    const house = await openSignedInHouse();
    const watch = watched();
    expect(await connect(house, watch, undefined)).toMatch(showsRefusals ? /gatehouse callers add NAME/ : DENIED);
    expectNoOAuth(house, watch);
  });

  test('E1 with a token of its own from somewhere else starts no OAuth at us', async () => {
    const house = await openSignedInHouse();
    const watch = watched('a-token-from-elsewhere');
    expect(await connect(house, watch, undefined)).toMatch(showsRefusals ? /not known to Gatehouse/ : DENIED);
    expectNoOAuth(house, watch);
    expect(house.mcp.counts.unauthorized).toBeLessThanOrEqual(1);
  });

  test('E2 with a good key, where a person is needed, shows which server, why and where to click', async () => {
    const house = await openGuardedHouse();
    const watch = watched();
    const said =
      /linear: Sign in needed\. Nobody has signed in yet\. Sign in at http:\/\/127\.0\.0\.1:\d+\/oauth\/start\//;
    expect(await connect(house, watch, house.household.key)).toMatch(said);
    expectNoOAuth(house, watch);
    expect(house.household.browser.pages).toEqual([]);
  });

  test('E1 17 with a good key, where the upstream answers 401 for good, shows our sentence and starts no OAuth', async () => {
    const house = await openSignedInHouse();
    house.mcp.rejectAllTokens();
    const watch = watched();
    expect(await connect(house, watch, house.household.key)).toMatch(/linear: Token rejected\./);
    expectNoOAuth(house, watch);
  });

  test('34 with a good key, where the upstream is gone, shows that it is offline', async () => {
    const house = await openSignedInHouse();
    await house.mcp.die();
    const watch = watched();
    expect(await connect(house, watch, house.household.key)).toMatch(/linear: Offline\./);
    expectNoOAuth(house, watch);
  });
});
