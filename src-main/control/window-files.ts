import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Segments that begin with a letter, digit or underscore: no dots to climb with, no escapes, no backslashes. */
const PLAIN_PATH = /^(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)+$/;
/** What the build names after its content: `assets/index-B3kd0_2a.js`. */
const HASHED = /^\/assets\/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

export interface WindowFile {
  readonly body: Buffer;
  readonly type: string;
  readonly cacheControl: string;
}

/** A file of the built window by the path of its URL, or undefined for everything that is none. */
export async function readWindowFile(rendererDir: string, urlPath: string): Promise<WindowFile | undefined> {
  const path = urlPath === '/' ? '/index.html' : urlPath;
  const type = TYPES[extname(path)];
  if (!PLAIN_PATH.test(path) || type === undefined) return undefined;
  try {
    const root = await realpath(rendererDir);
    const file = await realpath(join(root, path));
    if (!file.startsWith(root + sep)) return undefined;
    const cacheControl = HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
    return { body: await readFile(file), type, cacheControl };
  } catch {
    // Not there, a folder, or not readable: for whoever asks it is the same.
    return undefined;
  }
}
