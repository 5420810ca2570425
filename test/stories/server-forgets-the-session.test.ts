import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { SESSIONS_AT_MOST } from '../../src-main/engine/endpoint/lane-sessions.ts';
import { closeAll, type House, openHouse, rpc } from '../endpoint/house-with-upstream.ts';
import { begin, nextChunk, type RawAnswer, send } from '../endpoint/raw-request.ts';
import { keepSessions, type SessionKeeper } from '../servers/session-keeper.ts';

afterEach(closeAll);

const VERSION = '2025-06-18';
const INITIALIZE = rpc('initialize', {
  protocolVersion: VERSION,
  capabilities: { sampling: {} },
  clientInfo: { name: 'story', version: '1' },
});

interface Story extends House {
  readonly keeper: SessionKeeper;
  /** A caller's own headers with its session in them. */
  readonly inSession: Readonly<Record<string, string>>;
  readonly session: string;
  post(body: string, headers?: Readonly<Record<string, string>>): Promise<RawAnswer>;
  /** The methods that arrived since the last look, each with the session that it named. */
  arrivedSince(): string[];
}

async function opened(): Promise<Story> {
  const house = await openHouse();
  const keeper = keepSessions(house.upstream);
  const own = { ...house.headers, 'x-own': 'of the caller' };
  const first = await send(house.endpoint, { method: 'POST', headers: own, body: INITIALIZE });
  const session = String(first.headers['mcp-session-id']);
  const inSession = { ...own, 'mcp-session-id': session, 'mcp-protocol-version': VERSION };
  let seen = 0;
  const story: Story = {
    ...house,
    keeper,
    session,
    inSession,
    post: (body, headers = inSession) => send(house.endpoint, { method: 'POST', headers, body }),
    arrivedSince() {
      const since = house.upstream.arrived.slice(seen);
      seen = house.upstream.arrived.length;
      return since.map(({ method, headers, body }) => {
        const { method: rpcMethod } = body.length > 0 ? JSON.parse(body.toString()) : {};
        const id = headers['mcp-session-id'];
        const which = id === undefined ? 'none' : `session ${keeper.given.indexOf(String(id)) + 1}`;
        return `${rpcMethod ?? method}: ${which}`;
      });
    },
  };
  await story.post(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }));
  story.arrivedSince();
  return story;
}

/** No id of a session is anywhere in the log. */
function expectNoIdsInLog({ household, keeper, session }: Story): void {
  const log = JSON.stringify(household.logger.lines);
  for (const id of [session, ...keeper.given]) expect(log).not.toContain(id);
}

describe('33 the server forgot the session, and the caller sees nothing', () => {
  test('33 L1 begun again as the caller began, with its level and subscriptions, and the call sent again', async () => {
    const story = await opened();
    for (const [method, params] of [
      ['logging/setLevel', { level: 'error' }],
      ['logging/setLevel', { level: 'debug' }],
      ['resources/subscribe', { uri: 'file:///kept' }],
      ['resources/subscribe', { uri: 'file:///let-go' }],
      ['resources/unsubscribe', { uri: 'file:///let-go' }],
    ] as const) {
      expect((await story.post(rpc(method, params))).status).toBe(200);
    }
    const [initialize] = story.upstream.arrived;
    story.arrivedSince();
    story.keeper.forget();

    const answer = await story.post(rpc('tools/call', { name: 'x' }, 7));
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({
      jsonrpc: '2.0',
      id: 7,
      result: { content: [{ type: 'text', text: 'called' }] },
    });
    expect(answer.headers['mcp-session-id']).toBe(story.session);
    const replayed = story.upstream.arrived.slice(-6);
    expect(story.arrivedSince()).toEqual([
      'tools/call: session 1',
      'initialize: none',
      'notifications/initialized: session 2',
      'logging/setLevel: session 2',
      'resources/subscribe: session 2',
      'tools/call: session 2',
    ]);
    const [, again, , level, subscribe] = replayed.map(({ headers, body }) => ({ headers, body: body.toString() }));
    expect(again?.body).toBe(INITIALIZE);
    const { 'accept-encoding': _, ...like } = initialize?.headers ?? {};
    expect(again?.headers).toMatchObject({ ...like, 'x-own': 'of the caller' });
    expect(again?.headers.authorization).toBeUndefined();
    expect(JSON.parse(level?.body ?? '').params).toEqual({ level: 'debug' });
    expect(JSON.parse(subscribe?.body ?? '').params).toEqual({ uri: 'file:///kept' });
    expect(subscribe?.headers['mcp-protocol-version']).toBe(VERSION);

    await story.post(rpc('tools/list'));
    expect(story.arrivedSince()).toEqual(['tools/list: session 2']);
    expectNoIdsInLog(story);
  });

  test('33 as often as it happens', async () => {
    const story = await opened();
    for (let time = 0; time < 3; time += 1) {
      story.keeper.forget();
      expect((await story.post(rpc('tools/list'))).status).toBe(200);
    }
    expect(story.keeper.given).toHaveLength(4);
  });

  test('33 also where it says so with 400, as the SDKs’ own examples do; any other 400 is the caller’s', async () => {
    const story = await opened();
    story.keeper.refuseWith(400);
    story.keeper.forget();
    expect((await story.post(rpc('tools/call', { name: 'x' }, 7))).status).toBe(200);
    expect(story.keeper.given).toHaveLength(2);
    for (const body of ['{"error":"bad arguments"}', 'x'.repeat(100_000)]) {
      story.upstream.answer((_request, response) => response.writeHead(400, { 'x-own': 'yes' }).end(body));
      const refused = await story.post(rpc('tools/call', { name: 'x' }, 8));
      expect([refused.status, refused.headers['x-own'], refused.body]).toEqual([400, 'yes', body]);
    }
    expect(story.keeper.given).toHaveLength(2);
  });

  test('33 fifty calls at once begin it again once', async () => {
    const story = await opened();
    story.keeper.forget();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => story.post(rpc('tools/call', {}, n))));
    expect(answers.map(({ status, body }) => [status, JSON.parse(body).id])).toEqual(answers.map((_, n) => [200, n]));
    expect(story.keeper.given).toHaveLength(2);
  });

  test('33 the stream stays open for the caller, and goes on when the server is back', async () => {
    const story = await opened();
    const stream = await begin(story.endpoint, { headers: story.inSession });
    await story.household.until(() => story.keeper.streams.length === 1, 'the stream is open');
    const first = nextChunk(stream);
    story.keeper.streams[0]?.write('retry: 1500\nid: 5\ndata: {"n":1}\n\ndata: {"ha');
    expect(await first).toBe('retry: 1500\nid: 5\ndata: {"n":1}\n\n');
    story.arrivedSince();

    await story.upstream.die();
    const { clock } = story.household;
    await story.household.until(() => clock.pendingAlarms.includes(clock.now() + 1500), 'the end was seen');
    await clock.advance('1500 ms');
    await story.household.reached('notes', 'waiting');
    story.keeper.forget();
    await story.upstream.revive();
    const goesOn = nextChunk(stream);
    await clock.advance('2 s');
    await story.household.until(() => story.keeper.streams.length === 1, 'the stream is open again');
    story.keeper.streams[0]?.write('data: {"n":2}\n\n');
    // Not a word of the half event before.
    expect(await goesOn).toBe('data: {"n":2}\n\n');
    expect(story.arrivedSince()).toEqual([
      'GET: session 1',
      'initialize: none',
      'notifications/initialized: session 2',
      'GET: session 2',
    ]);
    expect(story.upstream.last().headers['last-event-id']).toBeUndefined();
    stream.destroy();
    await story.household.until(() => story.upstream.openRequests === 0, 'it ends with the caller');
    expectNoIdsInLog(story);
  });

  test.each([undefined, 'left open'] as const)(
    '33 a call that finds it first takes the streams along (%s)',
    async (left) => {
      const story = await opened();
      const streams = await Promise.all([1, 2].map(() => begin(story.endpoint, { headers: story.inSession })));
      await story.household.until(() => story.keeper.streams.length === 2, 'the streams are open');
      const before = [...story.keeper.streams];
      story.keeper.forget(left);
      expect((await story.post(rpc('tools/list'))).status).toBe(200);
      const again = (): boolean => story.keeper.streams.filter((stream) => !before.includes(stream)).length === 2;
      await story.household.until(again, 'the streams are open again');
      await story.household.until(() => before.every((stream) => stream.destroyed), 'those of before are ended');
      const told = Promise.all(streams.map(nextChunk));
      for (const stream of story.keeper.streams) stream.write('data: {}\n\n');
      expect(await told).toEqual(['data: {}\n\n', 'data: {}\n\n']);
    },
  );

  test('33 a server that cannot begin again yet: the caller is told, keeps its session, and goes on later', async () => {
    const story = await opened();
    story.keeper.forget();
    story.upstream.answer((_request, response, body) => {
      response.writeHead(body.includes('initialize') ? 503 : 404).end();
    });
    const { error } = JSON.parse((await story.post(rpc('tools/list', {}, 3))).body);
    expect(error).toMatchObject({ code: -31717, data: { server: 'notes', reason: 'server-error' } });
    keepSessions(story.upstream);
    expect((await story.post(rpc('tools/list'))).status).toBe(200);
  });

  test('33 a body that was too large to be kept is asked for again', async () => {
    const story = await opened();
    story.keeper.forget();
    const answer = await story.post(rpc('tools/call', { text: 'x'.repeat(5 * 1024 * 1024) }));
    expect(JSON.parse(answer.body).error.message).toMatch(/send it again/);
    expect((await story.post(rpc('tools/list'))).status).toBe(200);
  });
});

describe('L2 the stream of a session that the server still knows', () => {
  async function listening() {
    const story = await opened();
    const stream = await begin(story.endpoint, { headers: story.inSession });
    await story.household.until(() => story.keeper.streams.length === 1, 'the stream is open');
    const { clock } = story.household;
    // What tells the window of calls has rung: the alarms that follow are the stream's.
    await clock.advance('1 s');
    const tell = async (events: string): Promise<void> => {
      const arrives = nextChunk(stream);
      story.keeper.streams.at(-1)?.write(events);
      expect(await arrives).toBe(events);
    };
    const nextIn = (ms: number): Promise<void> =>
      story.household.until(() => clock.pendingAlarms.includes(clock.now() + ms), `opened again in ${ms} ms`);
    return { ...story, stream, clock, tell, nextIn };
  }

  test.each(['breaks off', 'is ended'])(
    'L2 %s: resumed behind the last event, after the time that the server named',
    async (how) => {
      const { keeper, upstream, household, clock, tell, nextIn } = await listening();
      await tell('id: a-1\nretry: 2500\ndata: {"n":1}\n\n');
      await tell(': still here\n\nid:a-2\r\ndata: {"n":2}\r\n\r\n');
      if (how === 'is ended') keeper.streams[0]?.end();
      else keeper.streams[0]?.destroy();
      await nextIn(2500);
      await clock.advance('2499 ms');
      expect(keeper.streams).toHaveLength(0);
      await clock.advance('1 ms');
      await household.until(() => keeper.streams.length === 1, 'it is open again');
      expect(upstream.last().headers['last-event-id']).toBe('a-2');
      await tell('id: a-3\ndata: {"n":3}\n\n');
    },
  );

  test('L2 without a time of the server’s after a second, and later each time that nothing comes of it', async () => {
    const { keeper, upstream, household, clock, tell, nextIn } = await listening();
    await tell('data: {}\n\n');
    for (const [ms, most] of [
      [1000, 1000],
      [1800, 2000],
      [3600, 4000],
      [7200, 8000],
    ] as const) {
      keeper.streams[0]?.end();
      const isPlanned = (): boolean =>
        clock.pendingAlarms.some((at) => at >= clock.now() + ms && at <= clock.now() + most);
      await household.until(isPlanned, `opened again in ${ms} to ${most} ms`);
      await clock.advance(most);
      await household.until(() => keeper.streams.length === 1, 'it is open again');
    }
    expect(upstream.last().headers['last-event-id']).toBeUndefined();
    await tell('data: {}\n\n');
    keeper.streams[0]?.end();
    await nextIn(1000);
  });

  test('L2 a server that would compress its stream for who takes that is asked not to; one that does so all the same goes on as it is', async () => {
    const { upstream, endpoint, inSession } = await opened();
    const listen = (): ReturnType<typeof begin> =>
      begin(endpoint, { headers: { ...inSession, 'accept-encoding': 'gzip, deflate' } });
    let isStubborn = false;
    upstream.answer(({ headers }, response) => {
      const isZipped = isStubborn || headers['accept-encoding']?.includes('gzip');
      const encoding = isZipped ? { 'content-encoding': 'gzip' } : {};
      response.writeHead(200, { 'content-type': 'text/event-stream', ...encoding });
      response.write(isZipped ? gzipSync('data: {}\n\n') : 'data: {}\n\n');
    });
    expect(await nextChunk(await listen())).toBe('data: {}\n\n');
    isStubborn = true;
    const zipped = await listen();
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(await nextChunk(zipped)).not.toBe('');
  });

  test('L2 a server that has no such stream any more ends it for the caller too', async () => {
    const { keeper, upstream, clock, stream, nextIn } = await listening();
    const ended = new Promise((resolve) => stream.once('end', resolve));
    stream.resume();
    upstream.answer((_request, response) => response.writeHead(405).end());
    keeper.streams[0]?.end();
    await nextIn(1000);
    await clock.advance('1 s');
    await ended;
  });

  test('L2 what the caller resumes itself is the rest of one answer, and ends with it', async () => {
    const { keeper, household, endpoint, inSession, upstream } = await listening();
    const rest = await begin(endpoint, { headers: { ...inSession, 'last-event-id': 'of-a-call' } });
    await household.until(() => keeper.streams.length === 2, 'it is open');
    expect(upstream.last().headers['last-event-id']).toBe('of-a-call');
    const ended = new Promise((resolve) => rest.once('end', resolve));
    rest.resume();
    keeper.streams[1]?.end('data: {}\n\n');
    await ended;
  });
});

describe('L1 where the caller has to begin anew itself, it gets 404', () => {
  test('L1 the server speaks another revision now; what was opened for that is ended', async () => {
    const story = await opened();
    story.keeper.forget();
    story.keeper.agreeTo('2025-03-26');
    expect((await story.post(rpc('tools/list'))).status).toBe(404);
    expect(story.arrivedSince()).toEqual(['tools/list: session 1', 'initialize: none', 'DELETE: session 2']);
    expect((await story.post(rpc('tools/list'))).status).toBe(404);
    expect(story.keeper.given).toHaveLength(2);
  });

  test('L1 the server opens no session for it any more', async () => {
    const story = await opened();
    story.upstream.answer((_request, response) => response.writeHead(404).end());
    expect((await story.post(rpc('tools/list'))).status).toBe(404);
    expect(story.arrivedSince()).toEqual(['tools/list: session 1', 'initialize: none']);
  });

  test('L1 it ended the session: DELETE ends the server’s, also one that was begun again', async () => {
    const story = await opened();
    story.keeper.forget();
    await story.post(rpc('tools/list'));
    story.arrivedSince();
    expect((await send(story.endpoint, { method: 'DELETE', headers: story.inSession })).status).toBe(200);
    expect(story.arrivedSince()).toEqual(['DELETE: session 2']);
    expect((await story.post(rpc('tools/list'))).status).toBe(404);
    expect(story.arrivedSince()).toEqual([]);
  });

  test('L1 it has opened many others since: the one that was quiet the longest is ended, here and there', async () => {
    const story = await opened();
    const others: string[] = [];
    for (let n = 0; n < SESSIONS_AT_MOST; n += 1) {
      const answer = await story.post(INITIALIZE, story.headers);
      others.push(String(answer.headers['mcp-session-id']));
      // The first one of this loop is in use all the time.
      await story.post(rpc('ping'), { ...story.headers, 'mcp-session-id': others[0] ?? '' });
    }
    await story.household.until(() => story.arrivedSince().includes('DELETE: session 1'), 'it is ended at the server');
    expect((await story.post(rpc('ping'))).status).toBe(404);
    expect((await story.post(rpc('ping'), { ...story.headers, 'mcp-session-id': others[0] ?? '' })).status).toBe(200);
  });

  test('L1 the server has another address now: nothing of the session goes there', async () => {
    const story = await opened();
    const other = await openHouse();
    await story.household.engine.editServer({ name: 'notes', changes: { url: other.upstream.url } });
    await story.household.until(() => story.household.view('notes').url === other.upstream.url, 'it moved');
    await story.household.reached('notes', 'ready');
    expect((await story.post(rpc('ping'))).status).toBe(404);
    expect(other.upstream.arrived).toEqual([]);
  });
});

describe('L1 26 sessions of different callers', () => {
  async function withOther() {
    const story = await opened();
    const added = await story.household.engine.addCaller('other');
    if (!added.ok) throw new Error('not added');
    const other = { ...story.headers, authorization: `Bearer ${added.value.key}` };
    return { story, other };
  }

  test('26 nobody uses the session of another one, by neither of its ids', async () => {
    const { story, other } = await withOther();
    story.keeper.forget();
    await story.post(rpc('ping'));
    story.arrivedSince();
    for (const id of story.keeper.given) {
      for (const headers of [other, story.inSession]) {
        const isOwn = headers === story.inSession && id === story.session;
        const { status } = await story.post(rpc('ping'), { ...headers, 'mcp-session-id': id });
        expect(status).toBe(isOwn ? 200 : 404);
      }
    }
    expect(story.arrivedSince()).toEqual(['ping: session 2']);
  });

  test('26 a server that begins to count anew: two callers never share a session', async () => {
    const { story, other } = await withOther();
    story.keeper.forget();
    story.keeper.giveNext('counted-2');
    await story.post(rpc('ping'));
    story.keeper.giveNext(story.session);
    const begun = await story.post(INITIALIZE, other);
    const id = String(begun.headers['mcp-session-id']);
    expect(id).not.toBe(story.session);
    await story.post(rpc('ping'), { ...other, 'mcp-session-id': id });
    expect(story.upstream.last().headers['mcp-session-id']).toBe(story.session);
    await story.post(rpc('ping'));
    expect(story.upstream.last().headers['mcp-session-id']).toBe('counted-2');
  });

  test('L1 a key that is taken away takes its sessions along', async () => {
    const { story, other } = await withOther();
    const begun = await story.post(INITIALIZE, other);
    expect(begun.status).toBe(200);
    story.arrivedSince();
    await story.household.engine.removeCaller('other');
    await story.household.until(() => story.arrivedSince().includes('DELETE: session 2'), 'it is ended at the server');
  });
});

test('27 after a restart of Gatehouse a session goes on as long as the server knows it', async () => {
  const story = await opened();
  await story.household.restart();
  await story.household.reached('notes', 'ready');
  const { origin } = new URL(story.household.view('notes').endpoint);
  const again = (): Promise<RawAnswer> =>
    send(`${origin}/mcp/notes`, { method: 'POST', headers: story.inSession, body: rpc('ping') });
  expect((await again()).status).toBe(200);
  story.keeper.forget();
  expect((await again()).status).toBe(404);
});
