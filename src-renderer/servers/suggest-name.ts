const FIRST_LABELS_THAT_SAY_NOTHING = new Set(['mcp', 'api', 'www', 'server', 'remote']);

/** A name for the server at this URL: what is telling of its host. Undefined where there is no http(s) URL. */
export function suggestName(address: string, taken: readonly string[]): string | undefined {
  const url = parseServerUrl(address);
  if (!url) return undefined;
  const labels = url.hostname.split('.');
  const isAddress = /^[\d.]+$/.test(url.hostname) || url.hostname.includes(':');
  const telling = labels.length > 2 ? labels.find((label) => !FIRST_LABELS_THAT_SAY_NOTHING.has(label)) : labels[0];
  const plain = (isAddress ? 'local' : (telling ?? '')).replace(/[^A-Za-z0-9._-]/g, '').slice(0, 60);
  const base = plain === '' ? 'server' : plain;
  if (!taken.includes(base)) return base;
  for (let number = 2; ; number += 1) {
    if (!taken.includes(`${base}-${number}`)) return `${base}-${number}`;
  }
}

export function parseServerUrl(address: string): URL | undefined {
  try {
    const url = new URL(address.trim());
    return (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname ? url : undefined;
  } catch {
    return undefined;
  }
}
