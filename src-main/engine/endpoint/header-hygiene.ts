/** Between two neighbours only. @see RFC 9110 section 7.6.1 */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
];

const NOT_UPSTREAM = new Set([
  ...HOP_BY_HOP,
  // Ours, or the caller's own, or what tells the upstream about this machine.
  'authorization',
  'cookie',
  'origin',
  'referer',
  'x-real-ip',
  'host',
  'content-length',
  'forwarded',
  'via',
]);

const NOT_BACK = new Set([
  ...HOP_BY_HOP,
  // An upstream's 401 starts no OAuth at us; its cookies and browser policies are not for callers.
  'www-authenticate',
  'proxy-authenticate',
  'set-cookie',
  'clear-site-data',
  'alt-svc',
  'strict-transport-security',
]);

function isNotUpstream(name: string): boolean {
  return (
    NOT_UPSTREAM.has(name) || name.startsWith('proxy-') || name.startsWith('x-forwarded-') || name.startsWith('sec-')
  );
}

/** The caller's headers as they go on, with our own put in. `raw` is name, value, name, value ... */
export function headersUpstream(raw: readonly string[], own: Readonly<Record<string, string>>): string[] {
  const headers: string[] = [];
  let named: Set<string> | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    if (name.length === 10 && name.toLowerCase() === 'connection') named = connectionNames(raw[i + 1] as string, named);
  }
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    if (isNotUpstream(name) || Object.hasOwn(own, name) || named?.has(name)) continue;
    headers.push(name, raw[i + 1] as string);
  }
  for (const name in own) headers.push(name, own[name] as string);
  return headers;
}

/** A header that Connection names belongs to that hop too. */
function connectionNames(value: string, named: Set<string> | undefined): Set<string> | undefined {
  if (value === 'keep-alive' || value === 'close') return named;
  const names = value.toLowerCase().split(',');
  return new Set([...(named ?? []), ...names.map((name) => name.trim())]);
}

export function headersBack(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string | string[]> {
  const back: Record<string, string | string[]> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || NOT_BACK.has(name) || name.startsWith('access-control-')) continue;
    back[name] = value;
  }
  return back;
}
