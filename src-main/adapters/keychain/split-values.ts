import { createHash } from 'node:crypto';
import type { VaultRead, VaultWrite } from '../../engine/ports.ts';

/** Where items are kept: as the keychain has them, one value each. */
export interface Items {
  get(key: string): Promise<VaultRead>;
  set(key: string, value: string): Promise<VaultWrite>;
  delete(key: string): Promise<VaultWrite>;
}

/** CRED_MAX_CREDENTIAL_BLOB_SIZE is 5 * 512; keytar hands over the UTF-8 bytes. @see CREDENTIALW in wincred.h */
export const WINDOWS_ITEM_BYTES = 2_560;

/** What stands under the key itself instead of a value that is too long: which generation of parts is the value. */
interface Head {
  readonly generation: number;
  readonly parts: number;
  readonly sha256: string;
}

const HEAD = 'gatehouse-split:1:';
/** Generations of parts that may be there beside the one in use, until it says no more; stands under `<key>#spare`. */
const SPARE = 'gatehouse-spare:1:';

/**
 * Keeps values of any length in items of at most `maxBytes`. A long value is written as a new generation of parts; the
 * one write of its head makes it the value, and only then the parts of the old one go. So a crash at any moment leaves
 * the old value or the new one, and what it left of the other is cleared by the next write or deletion.
 *
 * One call at a time for each key: the vault keeps that order.
 */
export function createSplitValues(items: Items, maxBytes: number): Items {
  async function get(key: string): Promise<VaultRead> {
    const head = await items.get(key);
    if (head.kind !== 'found') return head;
    const long = parseHead(head.value);
    if (!long) return head;
    const parts: string[] = [];
    for (let i = 0; i < long.parts; i += 1) {
      const part = await items.get(partKey(key, long.generation, i));
      // A part that somebody removed: the value is gone, which is not for a retry to heal.
      if (part.kind !== 'found') return part;
      parts.push(part.value);
    }
    const value = parts.join('');
    return digest(value) === long.sha256 ? { kind: 'found', value } : { kind: 'absent' };
  }

  async function set(key: string, value: string): Promise<VaultWrite> {
    const known = await readKnown(key);
    if (known.kind !== 'known') return known;
    const { current, spare } = known;
    const isShort = Buffer.byteLength(value) <= maxBytes && !value.startsWith(HEAD);
    // A short value that follows a short one is one write, as without this layer.
    if (isShort && !current && spare.length === 0) return items.set(key, value);

    const cut = isShort ? [] : cutIntoParts(value, maxBytes);
    const taken = [...spare, ...(current ? [current] : [])];
    const next: Generation = { generation: Math.max(0, ...taken.map((g) => g.generation)) + 1, parts: cut.length };
    const leftBehind = isShort ? taken : [...taken, next];
    const noted = await items.set(spareKey(key), SPARE + JSON.stringify(leftBehind.map(toPair)));
    if (noted.kind !== 'done') return noted;
    for (const [i, part] of cut.entries()) {
      const written = await items.set(partKey(key, next.generation, i), part);
      if (written.kind !== 'done') return written;
    }
    const head: Head = { ...next, sha256: digest(value) };
    const committed = await items.set(key, isShort ? value : HEAD + JSON.stringify(head));
    if (committed.kind !== 'done') return committed;
    // The value is safe; parts that do not go now are noted and go with the next write.
    await clear(key, taken);
    return committed;
  }

  async function remove(key: string): Promise<VaultWrite> {
    const known = await readKnown(key);
    if (known.kind !== 'known') return known;
    const taken = [...known.spare, ...(known.current ? [known.current] : [])];
    if (taken.length === 0) return items.delete(key);
    const noted = await items.set(spareKey(key), SPARE + JSON.stringify(taken.map(toPair)));
    if (noted.kind !== 'done') return noted;
    const removed = await items.delete(key);
    return removed.kind === 'done' ? clear(key, taken) : removed;
  }

  async function clear(key: string, generations: readonly Generation[]): Promise<VaultWrite> {
    for (const { generation, parts } of generations) {
      for (let i = 0; i < parts; i += 1) {
        const removed = await items.delete(partKey(key, generation, i));
        if (removed.kind !== 'done') return removed;
      }
    }
    return items.delete(spareKey(key));
  }

  /** What a crash may have left is read too, so that nothing is written over a generation in use. */
  async function readKnown(key: string): Promise<Known | Exclude<VaultWrite, { kind: 'done' }>> {
    const head = await items.get(key);
    if (head.kind === 'locked' || head.kind === 'unavailable') return head;
    const note = await items.get(spareKey(key));
    if (note.kind === 'locked' || note.kind === 'unavailable') return note;
    const current = head.kind === 'found' ? parseHead(head.value) : undefined;
    const noted = note.kind === 'found' ? parseSpare(note.value) : [];
    return {
      kind: 'known',
      current: current && { generation: current.generation, parts: current.parts },
      spare: noted.filter((g) => g.generation !== current?.generation),
    };
  }

  return { get, set, delete: remove };
}

interface Generation {
  readonly generation: number;
  readonly parts: number;
}

interface Known {
  readonly kind: 'known';
  readonly current: Generation | undefined;
  readonly spare: readonly Generation[];
}

function partKey(key: string, generation: number, part: number): string {
  return `${key}#${generation}.${part}`;
}

function spareKey(key: string): string {
  return `${key}#spare`;
}

function toPair({ generation, parts }: Generation): [number, number] {
  return [generation, parts];
}

function digest(value: string): string {
  return createHash('sha256').update(value).digest('base64');
}

/** Whole characters, so that each part is text by itself. */
function cutIntoParts(value: string, maxBytes: number): string[] {
  const parts: string[] = [];
  let part = '';
  let bytes = 0;
  for (const character of value) {
    const size = Buffer.byteLength(character);
    if (bytes + size > maxBytes) {
      parts.push(part);
      part = '';
      bytes = 0;
    }
    part += character;
    bytes += size;
  }
  return [...parts, part];
}

function parseHead(value: string): Head | undefined {
  const parsed = parseAfter(HEAD, value);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { generation, parts, sha256 } = parsed as Record<string, unknown>;
  const isHead = typeof generation === 'number' && typeof parts === 'number' && typeof sha256 === 'string';
  return isHead ? { generation, parts, sha256 } : undefined;
}

function parseSpare(value: string): Generation[] {
  const parsed = parseAfter(SPARE, value);
  if (!Array.isArray(parsed)) return [];
  return parsed.flatMap((pair: unknown) => {
    if (!Array.isArray(pair)) return [];
    const [generation, parts]: unknown[] = pair;
    return typeof generation === 'number' && typeof parts === 'number' ? [{ generation, parts }] : [];
  });
}

function parseAfter(mark: string, value: string): unknown {
  if (!value.startsWith(mark)) return undefined;
  try {
    return JSON.parse(value.slice(mark.length));
  } catch {
    return undefined;
  }
}
