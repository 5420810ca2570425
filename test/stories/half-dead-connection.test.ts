import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { SILENT_MS } from '../../src-main/engine/upstream/liveness.ts';
import { legacyCaller } from '../endpoint/aggregate/all-servers.ts';
import { closeAll, type House, openHouse } from '../endpoint/house-with-upstream.ts';
import { begin, nextChunk } from '../endpoint/raw-request.ts';
import { answerJson } from '../endpoint/recording-upstream.ts';
import { keepSessions } from '../servers/session-keeper.ts';

afterEach(closeAll);

/** Answers, when the test lets it, what waits at the upstream. */
function hanging({ upstream }: House): ServerResponse[] {
  const waiting: ServerResponse[] = [];
  upstream.answer((request, response) => {
    if (request.method === 'GET') response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    waiting.push(response);
  });
  return waiting;
}

describe('35 a server that left without a word is noticed within 30 s', () => {
  test('35 while a call waits: the caller is told, and the row', async () => {
    const house = await openHouse();
    const { household, upstream } = house;
    const waiting = hanging(house);
    const call = household.call('notes', { id: 5 });
    await household.until(() => waiting.length === 1, 'the call waits');
    upstream.vanish();
    await household.clock.advance(SILENT_MS);
    const { message } = await call;
    expect(message.error?.message).toMatch(/^notes: the connection to .* broke off .* may have run; it was not sent a/);
    expect(household.state('notes')).toMatchObject({ kind: 'waiting', problem: { code: 'network-unreachable' } });
    await household.until(() => upstream.openRequests === 0, 'its connection is closed');
  });

  test('35 while a stream is open: it ends, and in a session it goes on once the server is back', async () => {
    const house = await openHouse();
    const { household, upstream, endpoint, headers } = house;
    const keeper = keepSessions(upstream);
    const initialize = await household.call('notes', {
      method: 'initialize',
      params: { protocolVersion: '2025-06-18' },
    });
    expect(initialize.status).toBe(200);
    const inSession = { ...headers, 'mcp-session-id': keeper.given[0] ?? '' };
    const stream = await begin(endpoint, { headers: inSession });
    await household.until(() => keeper.streams.length === 1, 'the stream is open');
    upstream.vanish();
    await household.clock.advance(SILENT_MS);
    await household.reached('notes', 'waiting');
    await household.until(() => keeper.streams.length === 0, 'its connection is closed');
    await upstream.revive();
    const next = nextChunk(stream);
    await household.clock.advance('2 s');
    await household.until(() => keeper.streams.length === 1, 'the stream is open again');
    keeper.streams[0]?.write('data: {}\n\n');
    expect(await next).toBe('data: {}\n\n');
  });

  test('35 through /mcp as well', async () => {
    const house = await openHouse();
    const { household, upstream } = house;
    const keeper = keepSessions(upstream);
    const client = await legacyCaller({ household });
    await client.callTool({ name: 'notes__x' });
    const waiting = hanging(house);
    const told = expect(client.callTool({ name: 'notes__x' })).rejects.toThrow(/may have run/);
    await household.until(() => waiting.length === 1, 'the call waits');
    upstream.vanish();
    await household.clock.advance(SILENT_MS);
    await told;
    expect(keeper.given.length).toBeGreaterThan(0);
  });

  test('35 a server that is there and answers nothing: the row tells, the call that may keep it busy waits on', async () => {
    const house = await openHouse();
    const { household, upstream } = house;
    const waiting = hanging(house);
    const call = household.call('notes');
    await household.until(() => waiting.length === 1, 'the call waits');
    upstream.hang(true);
    await household.clock.advance(SILENT_MS);
    await household.clock.advance('12 s');
    expect(household.state('notes')).toMatchObject({ kind: 'waiting', problem: { code: 'timed-out' } });
    upstream.hang(false);
    const [response] = waiting;
    if (response) answerJson(response, { late: true });
    expect((await call).message.result).toEqual({ late: true });
    expect(household.state('notes').kind).toBe('ready');
  });
});

describe('35 nobody is asked in vain', () => {
  test('35 an idle server is not asked in a day, nor one that had a call before', async () => {
    const { household, upstream } = await openHouse();
    await household.call('notes');
    const { begun } = upstream;
    await household.clock.advance('1 d');
    expect(upstream.begun).toBe(begun);
  });

  test('35 a stream on which something comes is life enough; in silence there is a question every 15 s', async () => {
    const house = await openHouse();
    const { household, upstream, endpoint, headers } = house;
    const streams = hanging(house);
    const stream = await begin(endpoint, { headers });
    await household.until(() => streams.length === 1, 'the stream is open');
    const { begun } = upstream;
    for (let seconds = 0; seconds < 60; seconds += 10) {
      const arrives = nextChunk(stream);
      streams[0]?.write(': still here\n\n');
      await arrives;
      await household.clock.advance('10 s');
    }
    expect(upstream.begun).toBe(begun);
    const { clock } = household;
    await clock.advance('5 s');
    for (let asked = 1; asked <= 4; asked += 1) {
      await household.until(() => upstream.begun === begun + asked, 'it is asked');
      await household.until(() => clock.pendingAlarms.includes(clock.now() + SILENT_MS), 'it answered');
      await clock.advance(SILENT_MS);
    }
    expect(household.state('notes').kind).toBe('ready');
    stream.destroy();
  });
});
