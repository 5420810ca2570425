import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventPosition } from '../../../src-main/engine/endpoint/aggregate/event-position.ts';

/** What is known of a stream that arrives in pieces of these lengths. */
function followed(stream: string, lengths: readonly number[] = []): EventPosition {
  const position = new EventPosition();
  const bytes = Buffer.from(stream);
  let at = 0;
  for (const length of [...lengths, bytes.length]) {
    position.take(bytes.subarray(at, at + length));
    at += length;
  }
  return position;
}

const known = ({ lastEventId, retryMs, isBetweenEvents }: EventPosition) => [lastEventId, retryMs, isBetweenEvents];

test.each([
  ['id: 7\nretry: 20\ndata:\n\n', ['7', 20, true]],
  ['id:ü\r\ndata: {"id":1,"x":"id: 2"}\r\n\r\n: still there\r\n\r\n', ['ü', 1000, true]],
  [`event: message\ndata: "${'x'.repeat(5000)}"\nid: 8\n\n`, ['8', 1000, true]],
  ['id: 7\n\nretry: soon\ndata: {"jso', ['7', 1000, false]],
  ['id: 7\n\ndata: {}\n', ['7', 1000, false]],
  ['id: 7\n\nid\ndata: valid: 8\n\n', ['7', 1000, true]],
  ['id: 7\ndata: a\n\nid:\ndata: b\n\n', [undefined, 1000, true]],
  ['', [undefined, 1000, true]],
])('L2 %j is followed in any pieces', (stream, expected) => {
  expect(known(followed(stream))).toEqual(expected);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 })), (lengths) => {
      expect(known(followed(stream, lengths))).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});
