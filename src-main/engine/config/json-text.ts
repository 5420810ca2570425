import { type Detail, say } from '../model/sayings.ts';

/** A value of a JSON text with the place where it stands. Offsets count UTF-16 units; `end` is the one after the last. */
export interface JsonNode {
  readonly kind: 'object' | 'array' | 'scalar';
  readonly start: number;
  readonly end: number;
  /** Of an object, in the order of the text. */
  readonly members: readonly JsonMember[];
  /** Of an array. */
  readonly items: readonly JsonNode[];
}

export interface JsonMember {
  readonly key: string;
  readonly keyStart: number;
  readonly value: JsonNode;
}

/** Where a text is no JSON, and why. The sentence quotes nothing of the text: a secret may stand there. */
export interface JsonMistake extends Detail {
  readonly offset: number;
}

export type JsonText =
  | { readonly ok: true; readonly root: JsonNode }
  | { readonly ok: false; readonly mistake: JsonMistake };

class Unreadable extends Error {
  readonly mistake: JsonMistake;

  constructor(offset: number, said: Detail) {
    super(said.detail);
    this.mistake = { offset, ...said };
  }
}

const SPACE = /[ \t\r\n]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 section 7 forbids exactly these
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER_OR_WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const DEEPEST = 100;

/**
 * Reads a JSON text strictly (no comments, no trailing commas, no key twice) and keeps the places, which `JSON.parse`
 * does not.
 * @see RFC 8259
 */
export function readJsonText(text: string): JsonText {
  try {
    return { ok: true, root: new Reader(text).whole() };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, mistake: error.mistake };
    throw error;
  }
}

/** @returns counted from 1 */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

class Reader {
  readonly #text: string;
  #at: number;

  constructor(text: string) {
    this.#text = text;
    // Some editors put a byte order mark first.
    this.#at = text.startsWith('\u{FEFF}') ? 1 : 0;
  }

  whole(): JsonNode {
    this.#space();
    if (this.#at === this.#text.length) throw new Unreadable(this.#at, say('file-empty'));
    const root = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) throw new Unreadable(this.#at, say('more-after-end'));
    return root;
  }

  #value(depth: number): JsonNode {
    if (depth > DEEPEST) throw new Unreadable(this.#at, say('too-deep'));
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  #object(depth: number): JsonNode {
    const start = this.#at;
    const members: JsonMember[] = [];
    this.#list('}', () => {
      const keyStart = this.#at;
      const { end } = this.#string();
      const key: string = JSON.parse(this.#text.slice(keyStart, end));
      if (members.some((member) => member.key === key)) throw new Unreadable(keyStart, say('key-twice', key));
      this.#space();
      if (this.#text[this.#at] !== ':') throw new Unreadable(this.#at, say('colon-missing', key));
      this.#at += 1;
      this.#space();
      members.push({ key, keyStart, value: this.#value(depth + 1) });
    });
    return { kind: 'object', start, end: this.#at, members, items: [] };
  }

  #array(depth: number): JsonNode {
    const start = this.#at;
    const items: JsonNode[] = [];
    this.#list(']', () => items.push(this.#value(depth + 1)));
    return { kind: 'array', start, end: this.#at, members: [], items };
  }

  /** From an opening bracket to after the closing one. */
  #list(closing: '}' | ']', element: () => void): void {
    const opened = this.#at;
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] === closing) {
      this.#at += 1;
      return;
    }
    for (;;) {
      element();
      this.#space();
      const found = this.#text[this.#at];
      if (found === undefined) throw new Unreadable(opened, say('bracket-open'));
      if (found === closing) {
        this.#at += 1;
        return;
      }
      if (found !== ',') throw new Unreadable(this.#at, say('comma-missing', closing));
      const comma = this.#at;
      this.#at += 1;
      this.#space();
      if (this.#text[this.#at] === closing) throw new Unreadable(comma, say('comma-extra', closing));
    }
  }

  #string(): JsonNode {
    const start = this.#at;
    STRING.lastIndex = start;
    if (!STRING.test(this.#text)) {
      const broken = this.#text[start] === '"';
      throw new Unreadable(start, say(broken ? 'text-open' : 'key-expected'));
    }
    this.#at = STRING.lastIndex;
    return { kind: 'scalar', start, end: this.#at, members: [], items: [] };
  }

  #scalar(): JsonNode {
    const start = this.#at;
    NUMBER_OR_WORD.lastIndex = start;
    if (!NUMBER_OR_WORD.test(this.#text)) {
      const ended = start === this.#text.length;
      throw new Unreadable(start, say(ended ? 'file-ends' : 'value-expected'));
    }
    this.#at = NUMBER_OR_WORD.lastIndex;
    return { kind: 'scalar', start, end: this.#at, members: [], items: [] };
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = SPACE.lastIndex;
    if (this.#text.startsWith('//', this.#at) || this.#text.startsWith('/*', this.#at)) {
      throw new Unreadable(this.#at, say('no-comments'));
    }
  }
}

/**
 * The place of the key or item at the end of a path, or of the nearest thing around it that exists.
 * @returns an offset into the text
 */
export function locate(root: JsonNode, path: readonly PropertyKey[]): number {
  let node = root;
  let at = root.start;
  for (const step of path) {
    const member = node.members.find(({ key }) => key === step);
    const next = member?.value ?? (typeof step === 'number' ? node.items[step] : undefined);
    if (next === undefined) return at;
    at = member?.keyStart ?? next.start;
    node = next;
  }
  return at;
}
