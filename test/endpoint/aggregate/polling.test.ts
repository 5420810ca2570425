import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startFixtureServer } from '../../conformance/fixture/fixture-server.ts';
import { type Household, openHousehold } from '../../stories/household.ts';
import { closeLater } from '../house-with-upstream.ts';
import { startRecordingUpstream } from '../recording-upstream.ts';
import { closeAllServers, legacyCaller } from './all-servers.ts';

afterEach(closeAllServers);

test('L2 a call whose stream a legacy server ends before the answer is resumed, by the SDK or as bytes, and sent once', async () => {
  const fixture = await startFixtureServer();
  closeLater(() => fixture.close());
  const host = new URL(fixture.url).host;
  let calls = 0;
  // In front of it, so that it is taken for a legacy one.
  const front = createServer((incoming, response) => {
    if (incoming.headers['mcp-protocol-version'] === '2026-07-28') {
      incoming.resume();
      response.writeHead(400).end();
      return;
    }
    const headers = { ...incoming.headers, host };
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('finish', () => {
      if (Buffer.concat(chunks).includes('tools/call')) calls += 1;
    });
    const passed = request(fixture.url, { method: incoming.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers).flushHeaders();
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  closeLater(async () => {
    front.closeAllConnections();
    front.close();
  });
  const household = await openHousehold({
    servers: { one: `http://127.0.0.1:${(front.address() as AddressInfo).port}/mcp` },
  });
  await household.reached('one', 'ready');
  const caller = await legacyCaller({ household });
  const call = () => caller.callTool({ name: 'one__test_reconnection' }, undefined, { timeout: 6000 });
  const resumed = [{ type: 'text', text: 'Answered on another stream.' }];
  // The first goes through the SDK, which has timers of its own.
  expect((await call()).content).toEqual(resumed);
  const second = call();
  await letAlarmsRing(household, second);
  expect((await second).content).toEqual(resumed);
  expect(calls).toBe(2);
});

/** Half a second after another, until it has settled. */
async function letAlarmsRing(household: Household, settled: Promise<unknown>): Promise<void> {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  settled.then(settle, settle);
  while (!isSettled) {
    await household.clock.advance('500 ms');
    await new Promise<void>((resolve) => setTimeout(resolve, 5));
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
}

interface Early {
  readonly household: Household;
  /** Requests that came with these methods: tool calls, and GETs with the event behind which they resume. */
  readonly came: string[];
  call(): Promise<unknown>;
}

const EVENT_STREAM = { 'content-type': 'text/event-stream' };
const eventOf = (message: object, id?: string): string =>
  `event: message\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
const LOG_LINE = { method: 'notifications/message', params: { level: 'error', data: 'working' } };
const DONE = { result: { content: [{ type: 'text', text: 'done' }] } };

/**
 * A legacy server with one tool.
 *
 * @param answer to its calls, counted from 1
 * @param resume to GETs that name an event
 */
async function endsEarly(
  answer: (response: ServerResponse, message: Message, call: number) => void,
  resume: (response: ServerResponse, message: Message, attempt: number) => void,
): Promise<Early> {
  const came: string[] = [];
  let called: Message = {};
  let attempts = 0;
  const upstream = await startRecordingUpstream();
  closeLater(upstream.close);
  const results: Readonly<Record<string, unknown>> = {
    initialize: {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'ends early', version: '1' },
    },
    'tools/list': { tools: [{ name: 'work', inputSchema: { type: 'object' } }] },
  };
  upstream.answer((request, response, body) => {
    const message: Message = body.length > 0 ? JSON.parse(body.toString()) : {};
    const lastEventId = request.headers['last-event-id'];
    const result = results[message.method ?? ''];
    if (message.method === 'tools/call') {
      came.push('call');
      called = message;
      answer(response, message, came.filter((one) => one === 'call').length);
    } else if (request.method === 'GET' && lastEventId !== undefined) {
      came.push(`GET behind ${String(lastEventId)}`);
      attempts += 1;
      resume(response, called, attempts);
    } else if (result) {
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'one' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
    } else if (request.method !== 'POST') response.writeHead(405).end();
    else response.writeHead(message.id === undefined ? 202 : 404).end();
  });
  const household = await openHousehold({ servers: { one: upstream.url } });
  await household.reached('one', 'ready');
  const caller = await legacyCaller({ household });
  const call = async (): Promise<unknown> => {
    const answered = caller.callTool({ name: 'one__work' }, undefined, { timeout: 6000 });
    await letAlarmsRing(household, answered);
    return (await answered).content;
  };
  return { household, came, call };
}

/** The first call opens the session. */
const answeredOnce =
  (later: (response: ServerResponse, message: Message) => void) =>
  (response: ServerResponse, message: Message, call: number): void => {
    if (call > 1) later(response, message);
    else response.writeHead(200, EVENT_STREAM).end(eventOf({ id: message.id, ...DONE }));
  };

const TOLD = 'one: its stream ended before the answer. The call may have run';

test('L2 a stream of bytes is resumed as often as it takes, behind the last event that came', async () => {
  const { came, call } = await endsEarly(
    answeredOnce((response) => response.writeHead(200, EVENT_STREAM).end(`id: 7\nretry: 10\ndata:\n\n`)),
    (response, { id }, attempt) => {
      if (attempt === 1) response.writeHead(200, EVENT_STREAM).end(eventOf(LOG_LINE, '8'));
      else if (attempt === 2) response.writeHead(503).end();
      else if (attempt === 3) response.writeHead(200, EVENT_STREAM).end();
      else response.writeHead(200, EVENT_STREAM).end(eventOf({ id, ...DONE }, '9'));
    },
  );
  await call();
  expect(await call()).toEqual(DONE.result.content);
  expect(came).toEqual(['call', 'call', 'GET behind 7', 'GET behind 8', 'GET behind 8', 'GET behind 8']);
});

test('L2 one that breaks off behind an event is resumed too', async () => {
  const { came, call } = await endsEarly(
    answeredOnce((response) => {
      response.writeHead(200, EVENT_STREAM).write(eventOf(LOG_LINE, '7'), () => response.destroy());
    }),
    (response, { id }) => response.writeHead(200, EVENT_STREAM).end(eventOf({ id, ...DONE }, '8')),
  );
  await call();
  expect(await call()).toEqual(DONE.result.content);
  expect(came).toEqual(['call', 'call', 'GET behind 7']);
});

test.each([404, 503])(
  '44 one that cannot be resumed (%s) leaves no caller waiting, and no call is sent twice',
  async (status) => {
    const { came, call } = await endsEarly(
      answeredOnce((response) => response.writeHead(200, EVENT_STREAM).end(eventOf(LOG_LINE, '7'))),
      (response) => response.writeHead(status).end(),
    );
    await call();
    await expect(call()).rejects.toThrow(TOLD);
    expect(came.filter((one) => one === 'call')).toHaveLength(2);
    expect(came.length).toBeLessThan(10);
  },
);

test.each([
  ['ends, without an id', (response: ServerResponse) => response.writeHead(200, EVENT_STREAM).end(eventOf(LOG_LINE))],
  [
    'breaks off in the middle of an event',
    (response: ServerResponse) => {
      const begun = `${eventOf(LOG_LINE, '7')}data: {"jsonrpc":`;
      response.writeHead(200, EVENT_STREAM).write(begun, () => response.destroy());
    },
  ],
])('44 a stream that %s leaves no caller waiting', async (_how, end) => {
  const { came, call } = await endsEarly(answeredOnce(end), (response) => response.writeHead(405).end());
  await call();
  await expect(call()).rejects.toThrow(TOLD);
  expect(came).toEqual(['call', 'call']);
});

test('44 nor does the first call of a session, which goes through the SDK', async () => {
  const { came, call } = await endsEarly(
    (response) => response.writeHead(200, EVENT_STREAM).end(eventOf(LOG_LINE)),
    (response) => response.writeHead(405).end(),
  );
  await expect(call()).rejects.toThrow(TOLD);
  expect(came).toEqual(['call']);
});
