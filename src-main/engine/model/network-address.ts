/**
 * What a URL says about where its host is, as written: no name is resolved here.
 */

/** `localhost`, 127.0.0.0/8 or `[::1]`: this machine. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname;
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/**
 * RFC 1918, link-local (RFC 3927, RFC 4291) and unique local (RFC 4193) addresses, and names that only a local network
 * resolves: without a dot, `.local` (RFC 6762), `.internal`, `.home.arpa` (RFC 8375), `.localhost` (RFC 6761).
 */
export function isPrivateNetwork(url: URL): boolean {
  const host = url.hostname.toLowerCase();
  if (host.startsWith('[')) return /^\[f[cd][0-9a-f]{2}:|^\[fe[89ab][0-9a-f]:/.test(host);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
    return /^10\.|^192\.168\.|^169\.254\.|^172\.(?:1[6-9]|2\d|3[01])\./.test(host);
  }
  return !host.includes('.') || /\.(?:local|internal|home\.arpa|localhost)$/.test(host);
}

/** What an IP address is that is not on the internet (D8). */
export type InwardAddress = 'this-machine' | 'link-local' | 'private-network' | 'special-purpose';
