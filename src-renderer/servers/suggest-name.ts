import { isServerName } from '../../src-main/engine/model/ids.ts';
import { looksLikeAddress, splitCommand } from './command-line.ts';

const FIRST_LABELS_THAT_SAY_NOTHING = new Set(['mcp', 'api', 'www', 'server', 'remote']);

/** A name for the server at this URL, or of this command. Undefined where there is neither. */
export function suggestName(where: string, taken: readonly string[]): string | undefined {
  const url = parseServerUrl(where);
  const telling = url ? tellingOfHost(url) : tellingOfCommand(where);
  if (telling === undefined) return undefined;
  const plain = telling.replace(/[^A-Za-z0-9._-]/g, '').slice(0, 60);
  const base = isServerName(plain) ? plain : 'server';
  if (!taken.includes(base)) return base;
  for (let number = 2; ; number += 1) {
    if (!taken.includes(`${base}-${number}`)) return `${base}-${number}`;
  }
}

function tellingOfHost(url: URL): string {
  const labels = url.hostname.split('.');
  const isAddress = /^[\d.]+$/.test(url.hostname) || url.hostname.includes(':');
  const telling = labels.length > 2 ? labels.find((label) => !FIRST_LABELS_THAT_SAY_NOTHING.has(label)) : labels[0];
  return isAddress ? 'local' : (telling ?? '');
}

/** Of "npx -y @modelcontextprotocol/server-memory" or "uvx mcp-server-git": "memory", "git". */
function tellingOfCommand(where: string): string | undefined {
  if (/^\s*\{/.test(where) || looksLikeAddress(where)) return undefined;
  const [program, ...args] = splitCommand(where) ?? [];
  if (program === undefined || program === '') return undefined;
  const isRunner = /^(?:npx|bunx|pnpm|uvx|uv|node|python3?|deno|docker|cmd)(?:\.exe)?$/i.test(lastPart(program));
  const named = isRunner ? args.filter((arg) => !/^(?:-|\/c$|run$|dlx$|exec$|x$)/.test(arg)) : [program];
  const [first] = named;
  if (first === undefined) return undefined;
  return lastPart(first)
    .replace(/@[^@]*$/, '')
    .replace(/\.(?:m?js|ts|py|exe|sh)$/i, '')
    .replace(/^(?:mcp-)?server-|^mcp-|-mcp(?:-server)?$|-server$/g, '');
}

function lastPart(path: string): string {
  return (
    path
      .split(/[\\/]/)
      .filter((part) => part !== '')
      .at(-1) ?? path
  );
}

export function parseServerUrl(address: string): URL | undefined {
  try {
    const url = new URL(address.trim());
    return (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname ? url : undefined;
  } catch {
    return undefined;
  }
}
