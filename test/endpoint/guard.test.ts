import { afterEach, describe, expect, test } from 'vitest';
import { closeAll, openHouse, rpc } from './house-with-upstream.ts';
import { begin, send } from './raw-request.ts';

afterEach(closeAll);

const POST = { method: 'POST', body: rpc('tools/list') };
/** What an OAuth client asks of whoever answered it 401. */
const OAUTH_PATHS = [
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp/notes',
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
  '/register',
  '/authorize',
  '/token',
];

describe('who may talk to the endpoint', () => {
  test('E1 without a key: 403 with a sentence that tells how to get one, never 401, no challenge', async () => {
    const { endpoint, upstream } = await openHouse();
    const answer = await send(endpoint, POST);
    expect(answer.status).toBe(403);
    expect(answer.body).toMatch(/caller key.*gatehouse callers add NAME/);
    expect(answer.headers).not.toHaveProperty('www-authenticate');
    expect(upstream.arrived).toEqual([]);
  });

  test.each([
    ['a wrong key', 'Bearer gate_wrong'],
    ['an empty key', 'Bearer '],
    ['another scheme', 'Basic Z2F0ZTpnYXRl'],
    ['a key without a scheme', 'gate_wrong'],
    ['a key with much too many characters', `Bearer ${'x'.repeat(8000)}`],
  ])('E1 %s: 403 on every method, never 401, no challenge', async (_what, authorization) => {
    const { endpoint, upstream } = await openHouse();
    for (const method of ['POST', 'GET', 'DELETE', 'PUT', 'OPTIONS']) {
      const answer = await send(endpoint, { method, headers: { authorization } });
      expect(answer.status).toBe(403);
      expect(answer.body).toMatch(/gatehouse callers add NAME/);
      expect(answer.headers).not.toHaveProperty('www-authenticate');
    }
    expect(upstream.arrived).toEqual([]);
  });

  test('E1 a key in the address is no key', async () => {
    const { endpoint, household } = await openHouse();
    expect((await send(`${endpoint}?key=${household.key}&access_token=${household.key}`, POST)).status).toBe(403);
  });

  test.each([
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example:7717',
    '192.168.1.5:7717',
    '[::2]:7717',
  ])('41 a foreign Host is refused on every path, even with a key: %s', async (host) => {
    const { origin, endpoint, headers, upstream } = await openHouse();
    const paths = ['/', '/mcp', '/mcp/notes', '/oauth/done/x', '/oauth/start/x', ...OAUTH_PATHS];
    for (const path of paths) {
      const answer = await send(origin, { ...POST, path, headers: { ...headers, host } });
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.body).toMatch(/Host header/);
    }
    expect((await send(endpoint, { headers: { ...headers, host } })).status).toBe(403);
    expect(upstream.arrived).toEqual([]);
  });

  test.each(['127.0.0.1:9000', 'localhost:1', 'LOCALHOST:7717', '[::1]:7717', '127.0.0.1'])(
    'a loopback Host is served whatever its port, as through an SSH forward: %s',
    async (host) => {
      const { endpoint, headers } = await openHouse();
      expect((await send(endpoint, { ...POST, headers: { ...headers, host } })).status).toBe(200);
    },
  );

  test.each([
    'https://evil.example',
    'null',
    'http://127.0.0.1.evil.example',
    'file://',
    'chrome-extension://abc',
    'x',
  ])('41 a foreign Origin is refused on every path, even with a key: %s', async (origin) => {
    const { origin: own, headers, upstream } = await openHouse();
    for (const path of ['/', '/mcp/notes', '/oauth/done/x', '/oauth/start/x', ...OAUTH_PATHS]) {
      const answer = await send(own, { ...POST, path, headers: { ...headers, origin } });
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.body).toMatch(/Origin header/);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
    expect(upstream.arrived).toEqual([]);
  });

  test('a page of this machine may call, with a key', async () => {
    const { endpoint, headers } = await openHouse();
    const answer = await send(endpoint, { ...POST, headers: { ...headers, origin: 'http://localhost:6274' } });
    expect(answer.status).toBe(200);
  });

  test.each(OAUTH_PATHS)(
    'E1 nothing looks like an authorization server: %s is 404, with a key and without',
    async (path) => {
      const { origin, headers } = await openHouse();
      for (const method of ['GET', 'POST']) {
        expect((await send(origin, { path, method })).status).toBe(404);
        expect((await send(origin, { path, method, headers })).status).toBe(404);
      }
    },
  );

  test('41 the callback wants a live state, and an unknown one changes nothing', async () => {
    const { origin, household } = await openHouse();
    const before = household.state('notes');
    const headers = { host: 'evil.example', origin: 'https://evil.example' };
    const answer = await send(`${origin}/oauth/callback?state=guess&code=abc`, { headers });
    expect(answer.status).toBe(303);
    expect(household.state('notes')).toBe(before);
  });

  test('an unknown server is 404, and the known ones are named', async () => {
    const { origin, headers } = await openHouse();
    for (const path of ['/mcp/note', '/mcp/', '/mcp/notes/', '/mcp/__proto__', '/mcp/constructor']) {
      const answer = await send(origin, { ...POST, path, headers });
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.body).toContain('There are: notes.');
    }
  });

  test('a caller is known at once after it was added, and no longer after it was removed', async () => {
    const { endpoint, household } = await openHouse();
    const added = await household.engine.addCaller('editor');
    if (!added.ok) throw new Error('not added');
    const headers = { authorization: `Bearer ${added.value.key}` };
    expect((await send(endpoint, { ...POST, headers })).status).toBe(200);
    await household.engine.removeCaller('editor');
    expect((await send(endpoint, { ...POST, headers })).status).toBe(403);
    expect((await household.call('notes')).status).toBe(200);
  });

  test('removing a caller ends the streams that it has open, and nobody else’s', async () => {
    const { endpoint, household, headers, upstream } = await openHouse();
    upstream.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n');
    });
    const added = await household.engine.addCaller('editor');
    if (!added.ok) throw new Error('not added');
    const editors = await begin(endpoint, { headers: { authorization: `Bearer ${added.value.key}` } });
    const own = await begin(endpoint, { headers });
    let broken = false;
    editors.on('error', () => {
      broken = true;
    });
    editors.resume();
    await household.engine.removeCaller('editor');
    await household.until(() => broken && upstream.openRequests === 1, 'the stream is cut, upstream too');
    expect(own.destroyed).toBe(false);
    own.destroy();
  });
});
