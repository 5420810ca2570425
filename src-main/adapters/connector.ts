import { lookup as systemLookup } from 'node:dns';
import { isIPv6, type LookupFunction, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { buildConnector } from 'undici';
import connectorOf from 'undici/lib/core/connect.js';
import type { AddressKind } from './address-kind.ts';
import { ProxyFailure } from './proxy-failure.ts';
import { openTunnel } from './proxy-tunnel.ts';
import type { ProxyFor } from './proxy-variables.ts';
import { literalRefusal, publicLookup } from './public-only.ts';

export interface ConnectorOptions {
  /** Of a connection with all that belongs to it, and of a proxy's answer. */
  readonly timeoutMs: number;
  /** Instead of the system's name service. */
  readonly lookup?: LookupFunction | undefined;
  /** Whom to trust, where that is more than Node does by itself. */
  readonly secureContext?: SecureContext | undefined;
  readonly proxyFor?: ProxyFor | undefined;
  /** D8: only public addresses are connected to, judged by this. */
  readonly publicOnly?: AddressKind | undefined;
}

/** How an Agent connects: straight, or through the proxy that the environment names, and only where it may. */
export function createConnector(options: ConnectorOptions): buildConnector.connector {
  const { timeoutMs, secureContext, proxyFor, publicOnly } = options;
  const build = (lookup: LookupFunction | undefined): buildConnector.connector =>
    connectorOf({
      timeout: timeoutMs,
      // 35: asked for after 10 s of silence, then ten times a second apart: a peer that vanished is noticed within 20 s.
      keepAliveInitialDelay: 10_000,
      ...(lookup === undefined ? {} : { lookup }),
      ...(secureContext === undefined ? {} : { secureContext }),
    });
  const anywhere = build(options.lookup);
  const straight = publicOnly ? build(publicLookup(options.lookup ?? systemLookup, publicOnly)) : anywhere;
  if (!publicOnly && !proxyFor) return straight;

  return (target, callback) => {
    const refused = publicOnly && literalRefusal(target.hostname, publicOnly);
    if (refused) {
      callback(refused, null);
      return;
    }
    const proxy = proxyFor?.(target);
    if (proxy === undefined) {
      straight(target, callback);
      return;
    }
    if (typeof proxy === 'string') {
      callback(new ProxyFailure(`${proxy} is no address of a proxy, such as http://proxy.example:3128`), null);
      return;
    }
    // The proxy resolves the name, so a name's addresses are the proxy's to judge: what it lets through is public enough.
    openTunnel(proxy, authorityOf(target), anywhere, timeoutMs, (error, socket) => {
      if (error) callback(error, null);
      else if (target.protocol === 'https:') anywhere({ ...target, httpSocket: socket as Socket }, callback);
      else callback(null, socket as Socket);
    });
  };
}

function authorityOf({ hostname, protocol, port }: buildConnector.Options): string {
  const host = isIPv6(hostname) ? `[${hostname}]` : hostname;
  return `${host}:${port || (protocol === 'https:' ? '443' : '80')}`;
}
