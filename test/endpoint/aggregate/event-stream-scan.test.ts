import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventStreamScan } from '../../../src-main/engine/endpoint/aggregate/event-stream-scan.ts';

const question = { jsonrpc: '2.0', id: 0, method: 'elicitation/create', params: { message: 'Näme?' } };
const answer = { jsonrpc: '2.0', id: 7, result: { content: [{ type: 'text', text: 'the "method" is ünïcode' }] } };
const progress = { jsonrpc: '2.0', method: 'notifications/progress', params: { progress: 1 } };

const event = (message: unknown, newline = '\n'): string =>
  `event: message${newline}id: 3${newline}data: ${JSON.stringify(message)}${newline}${newline}`;

/** What comes out of a stream that arrives in pieces of these lengths. */
function scanned(stream: string, lengths: readonly number[] = []): string {
  const scan = new EventStreamScan((id) => `seen-${String(id)}`);
  const bytes = Buffer.from(stream);
  const out: Uint8Array[] = [];
  let at = 0;
  for (const length of [...lengths, bytes.length]) {
    out.push(scan.take(bytes.subarray(at, at + length)));
    at += length;
  }
  out.push(scan.rest());
  return Buffer.concat(out).toString('utf8');
}

describe('what a server asks in the middle of an answer', () => {
  test('gets the id that the caller sees; everything else passes as it is', () => {
    const stream = event(progress) + event(question) + event(answer);
    const renamed = `event: message\ndata: ${JSON.stringify({ ...question, id: 'seen-0' })}\n\n`;
    expect(scanned(stream)).toBe(event(progress) + renamed + event(answer));
  });

  test('is found with any line ends', () => {
    expect(scanned(event(question, '\r\n'))).toContain('"id":"seen-0"');
  });

  test('is found however the stream was cut into pieces', () => {
    const stream = event(progress) + event(question) + event(answer);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 12 }), (lengths) => {
        expect(scanned(stream, lengths)).toBe(scanned(stream));
      }),
    );
  });

  test('a stream that ends in the middle of an event keeps what it had', () => {
    expect(scanned('data: {"half":')).toBe('data: {"half":');
  });

  test('44 an event without an end is let through instead of being kept', () => {
    const endless = `data: ${'x'.repeat(3 * 1024 * 1024)}`;
    const scan = new EventStreamScan(() => '');
    expect(scan.take(Buffer.from(endless))).toHaveLength(endless.length);
  });
});
