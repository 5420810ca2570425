import { Buffer } from 'node:buffer';
import { isRecord } from '../engine/model/record.ts';

const NEWLINE = 0x0a;

export interface LineListener {
  /** One line without its end, decoded as UTF-8. Empty lines are left out. */
  onLine(line: string): void;
  /** A line passed the limit. It is thrown away up to its end, and told once. */
  onTooLong(): void;
}

/** Cuts a stream of bytes into lines. Bytes are decoded a whole line at a time, so a chunk may end inside a character. */
export function createLineSplitter(limitBytes: number, listener: LineListener): (chunk: Buffer) => void {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let skipping = false;

  const hold = (part: Buffer): void => {
    if (skipping || part.length === 0) return;
    if (heldBytes + part.length > limitBytes) {
      skipping = true;
      held = [];
      heldBytes = 0;
      listener.onTooLong();
      return;
    }
    held.push(part);
    heldBytes += part.length;
  };

  const endLine = (): void => {
    const line = Buffer.concat(held, heldBytes).toString('utf8').trim();
    const skipped = skipping;
    held = [];
    heldBytes = 0;
    skipping = false;
    if (!skipped && line !== '') listener.onLine(line);
  };

  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      hold(chunk.subarray(start, end));
      endLine();
      start = end + 1;
    }
    hold(chunk.subarray(start));
  };
}

/** An object, or undefined for anything else: what a line or a body must be at the least. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
