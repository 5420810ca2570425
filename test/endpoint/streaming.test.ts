import { createHash } from 'node:crypto';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { closeAll, type House, openHouse, rpc } from './house-with-upstream.ts';
import { begin, nextChunk, send } from './raw-request.ts';

afterEach(closeAll);

const MIB = 1024 * 1024;
const sha = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

function bytes(count: number): Buffer {
  const made = Buffer.alloc(count);
  for (let i = 0; i < count; i += 4) made.writeUInt32LE((i * 2654435761) >>> 0, i);
  return made;
}

/** An upstream that begins an event stream and hands its end to the test. */
function eventStreams({ upstream }: House): ServerResponse[] {
  const streams: ServerResponse[] = [];
  upstream.answer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    streams.push(response);
  });
  return streams;
}

/** Resolves once a number that grows has stopped growing. */
async function settled({ household }: House, count: () => number): Promise<number> {
  let last = -1;
  let same = 0;
  await household.until(() => {
    same = count() === last ? same + 1 : 0;
    last = count();
    return last > 0 && same > 30;
  }, 'it stops growing');
  return last;
}

describe('answers stream to the caller', () => {
  test('L2 each event arrives before the upstream goes on, and a silent stream is open at once', async () => {
    const house = await openHouse();
    const streams = eventStreams(house);
    const stream = await begin(house.endpoint, { headers: house.headers });
    expect(stream.statusCode).toBe(200);
    for (const event of ['data: {"n":1}\n\n', 'data: {"n":2}\n\n']) {
      const arrives = nextChunk(stream);
      streams[0]?.write(event);
      expect(await arrives).toBe(event);
    }
    const ended = new Promise((resolve) => stream.once('end', resolve));
    stream.resume();
    streams[0]?.end();
    await ended;
  });

  test('a large answer arrives whole', async () => {
    const { endpoint, headers, upstream } = await openHouse();
    const body = bytes(24 * MIB);
    upstream.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
    const answer = await fetch(endpoint, { method: 'POST', headers, body: rpc('x') });
    expect(sha(Buffer.from(await answer.arrayBuffer()))).toBe(sha(body));
  });

  test('a caller that reads slowly slows its upstream: nothing piles up in between', async () => {
    const house = await openHouse();
    const total = 96 * MIB;
    let sent = 0;
    house.upstream.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      const chunk = Buffer.alloc(64 * 1024, 1);
      const more = (): void => {
        while (sent < total) {
          sent += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    });
    const slow = await begin(house.endpoint, { method: 'POST', headers: house.headers, body: rpc('x') });
    expect(await settled(house, () => sent)).toBeLessThan(24 * MIB);
    let received = 0;
    slow.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    await new Promise((resolve) => slow.once('end', resolve));
    expect(received).toBe(total);
  });

  test('an answer that breaks off breaks off for the caller too', async () => {
    const house = await openHouse();
    house.upstream.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      response.write('{"half":', () => response.destroy());
    });
    await expect(send(house.endpoint, { method: 'POST', headers: house.headers, body: rpc('x') })).rejects.toThrow();
    expect(house.household.logger.of('request.done').at(-1)?.fields.outcome).toBe('broken-off');
  });
});

describe('bodies stream to the upstream', () => {
  test.each([
    ['small', 1000],
    ['as large as what is held', 4 * MIB],
    ['larger than what is held', 24 * MIB],
  ])('a body that is %s arrives whole', async (_what, size) => {
    const { endpoint, headers, upstream } = await openHouse();
    const body = bytes(size);
    expect((await send(endpoint, { method: 'POST', headers, body })).status).toBe(200);
    expect(sha(upstream.last().body)).toBe(sha(body));
  });

  test('a body in chunks of unknown number arrives whole', async () => {
    const { endpoint, headers, upstream } = await openHouse();
    const request = httpRequest(endpoint, { method: 'POST', headers, agent: false });
    const answered = new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
    for (const part of ['{"jsonrpc":"2.0",', '"id":1,"method":', '"ping"}']) request.write(part);
    request.end();
    (await answered).resume();
    expect(upstream.last().body.toString()).toBe('{"jsonrpc":"2.0","id":1,"method":"ping"}');
  });

  test('an upstream that does not read holds the caller back: nothing piles up in between', async () => {
    const house = await openHouse();
    let letGo: () => void = () => {};
    let received = 0;
    house.upstream.answerUnread((request, response) => {
      letGo = () => {
        request.on('data', (chunk: Buffer) => {
          received += chunk.length;
        });
        request.on('end', () => response.writeHead(200).end());
      };
    });
    const total = 96 * MIB;
    let taken = 0;
    const request = httpRequest(house.endpoint, { method: 'POST', headers: house.headers, agent: false });
    const answered = new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
    const chunk = Buffer.alloc(64 * 1024, 1);
    const more = (): void => {
      while (taken < total) {
        taken += chunk.length;
        if (!request.write(chunk)) {
          request.once('drain', more);
          return;
        }
      }
      request.end();
    };
    more();
    expect(await settled(house, () => taken)).toBeLessThan(32 * MIB);
    letGo();
    expect((await answered).statusCode).toBe(200);
    expect(received).toBe(total);
  });

  test('an upstream that answers before it has read a large body is heard, and the connection goes on', async () => {
    const { endpoint, headers, upstream, household } = await openHouse();
    upstream.answerUnread((_request, response) => {
      response.writeHead(413, { 'content-type': 'text/plain', connection: 'close' }).end('too much');
    });
    const answer = await send(endpoint, { method: 'POST', headers, body: bytes(12 * MIB) });
    expect([answer.status, answer.body]).toEqual([413, 'too much']);
    upstream.answer((_request, response) => response.end('{}'));
    expect((await household.call('notes')).status).toBe(200);
  });
});

test('an upstream that hangs up in the middle of a large body: the caller is told, not cut off', async () => {
  const { endpoint, headers, upstream } = await openHouse();
  upstream.answerUnread((request) => {
    let received = 0;
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > 5 * MIB) request.socket.destroy();
    });
  });
  const answer = await send(endpoint, { method: 'POST', headers, body: bytes(24 * MIB) });
  expect(answer.status).toBe(503);
  expect(JSON.parse(answer.body).error.message).toMatch(/may have run; it was not sent a second time/);
});

describe('connections', () => {
  test('calls go over connections that are kept alive', async () => {
    const { household, upstream } = await openHouse();
    await household.call('notes');
    const before = upstream.connections;
    for (let call = 0; call < 30; call += 1) await household.call('notes');
    expect(upstream.connections).toBe(before);
  });

  test('a hundred open streams hold up no call', async () => {
    const house = await openHouse();
    const { endpoint, headers, household, upstream } = house;
    upstream.answer((request, response) => {
      if (request.method !== 'GET') response.end('{}');
      else response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    });
    const streams = await Promise.all(Array.from({ length: 100 }, () => begin(endpoint, { headers })));
    const calls = await Promise.all(Array.from({ length: 20 }, () => household.call('notes')));
    expect(calls.map((call) => call.status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(upstream.openRequests).toBe(100);
    for (const stream of streams) stream.destroy();
    await household.until(() => upstream.openRequests === 0, 'the streams are closed upstream');
  });

  test('a caller that goes before the answer closes its request upstream', async () => {
    const house = await openHouse();
    house.upstream.answer(() => {});
    const request = httpRequest(house.endpoint, { method: 'POST', headers: house.headers, agent: false });
    request.on('error', () => {});
    request.end(rpc('slow'));
    await house.household.until(() => house.upstream.openRequests === 1, 'the call waits upstream');
    request.destroy();
    await house.household.until(() => house.upstream.openRequests === 0, 'it is closed upstream');
    expect(house.household.logger.of('request.done').at(-1)?.fields.outcome).toBe('caller-gone');
  });

  test('a caller that goes in the middle of a stream closes it upstream', async () => {
    const house = await openHouse();
    const streams = eventStreams(house);
    const stream = await begin(house.endpoint, { method: 'POST', headers: house.headers, body: rpc('subscribe') });
    streams[0]?.write('data: {}\n\n');
    await nextChunk(stream);
    stream.destroy();
    await house.household.until(() => house.upstream.openRequests === 0, 'it is closed upstream');
  });

  test('a caller that goes in the middle of its body sends nothing', async () => {
    const { endpoint, headers, upstream, household } = await openHouse();
    const request = httpRequest(endpoint, {
      method: 'POST',
      headers: { ...headers, 'content-length': '1000' },
      agent: false,
    });
    request.on('error', () => {});
    request.write('{"half":');
    const done = household.logger.of('request.done').length;
    await household.until(() => household.view('notes').calls > 0, 'the request was seen');
    request.destroy();
    await household.until(() => household.logger.of('request.done').length > done, 'the request is over');
    expect(upstream.arrived).toEqual([]);
  });
});
