import { BlockList, isIP } from 'node:net';
import type { Environment } from '../engine/config/environment.ts';

/** Where a connection is to lead. */
export interface Destination {
  readonly protocol: string;
  /** A name, or an IP address without brackets. */
  readonly hostname: string;
  /** Empty: the protocol's own. */
  readonly port: string;
}

/** The proxy for a destination; undefined: none. A `string` is a variable whose value cannot be used. */
export type ProxyFor = (destination: Destination) => URL | string | undefined;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in lower case first, as curl and Node read them. Undefined where neither proxy is
 * set, so that nothing of this costs anything.
 */
export function readProxyVariables(env: Environment): ProxyFor | undefined {
  // An empty variable in lower case switches the one in upper case off.
  const value = (name: string): string => (env[name] ?? env[name.toUpperCase()] ?? '').trim();
  const proxies = new Map(
    ['https', 'http'].flatMap((scheme): [string, URL | string][] => {
      const text = value(`${scheme}_proxy`);
      return text === '' ? [] : [[`${scheme}:`, proxyUrl(text) ?? `${scheme.toUpperCase()}_PROXY`]];
    }),
  );
  if (proxies.size === 0) return undefined;
  const isExempt = exemptions(value('no_proxy'));
  return (destination) => {
    const proxy = proxies.get(destination.protocol);
    return proxy === undefined || isThisMachine(destination.hostname) || isExempt(destination) ? undefined : proxy;
  };
}

function proxyUrl(text: string): URL | undefined {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return undefined;
  try {
    decodeURIComponent(url.username + url.password);
    return url;
  } catch {
    // A stray percent sign in the password.
    return undefined;
  }
}

/** Never through a proxy: it would mean the proxy's own machine. */
function isThisMachine(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  return (
    name === 'localhost' || name.endsWith('.localhost') || name === '::1' || (isIP(name) === 4 && /^127\./.test(name))
  );
}

/** NO_PROXY: names (with all names under them), addresses, `host:port`, blocks such as 10.0.0.0/8, or `*`. */
function exemptions(text: string): (destination: Destination) => boolean {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  if (entries.includes('*')) return () => true;
  const tests = entries.map(exemption);
  return (destination) => tests.some((test) => test(destination));
}

function exemption(entry: string): (destination: Destination) => boolean {
  const [network = '', prefix] = entry.split('/');
  if (prefix !== undefined && isIP(network) !== 0 && /^\d{1,3}$/.test(prefix)) return inBlock(network, Number(prefix));
  const [, bracketed, name, port] = /^(?:\[([^\]]+)\]|([^:]*|.*:.*:.*?))(?::(\d+))?$/.exec(entry) ?? [];
  const wanted = (bracketed ?? name ?? entry).toLowerCase().replace(/^\*?\./, '');
  return ({ protocol, hostname, port: actual }) => {
    const host = hostname.toLowerCase().replace(/\.$/, '');
    if (port !== undefined && port !== (actual || DEFAULT_PORTS[protocol])) return false;
    return host === wanted || (isIP(host) === 0 && host.endsWith(`.${wanted}`));
  };
}

function inBlock(network: string, prefix: number): (destination: Destination) => boolean {
  const family = isIP(network) === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  try {
    block.addSubnet(network, prefix, family);
  } catch {
    // A prefix that is too long names nothing.
    return () => false;
  }
  return ({ hostname }) => isIP(hostname) !== 0 && block.check(hostname, isIP(hostname) === 4 ? 'ipv4' : 'ipv6');
}
