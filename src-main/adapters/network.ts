import { networkInterfaces } from 'node:os';
import type { Network } from '../engine/ports.ts';
import type { SystemClock } from './system-clock.ts';

/** The addresses by which this machine reaches others; undefined where it has none. */
function ownAddresses(interfaces: ReturnType<typeof networkInterfaces>): string | undefined {
  const addresses = Object.entries(interfaces).flatMap(([name, infos = []]) =>
    infos
      // Link-local ones stay when the router is gone (RFC 3927, RFC 4291 2.5.6).
      .filter(({ internal, address }) => !internal && !/^(169\.254\.|fe80:)/i.test(address))
      .map(({ address }) => `${name} ${address}`),
  );
  return addresses.length === 0 ? undefined : addresses.sort().join();
}

/**
 * Notices that the machine got other addresses: a cable, another wireless network, a VPN. Looked at on the clock's tick,
 * which takes a fraction of a millisecond; nobody is asked over the network whether it is there.
 */
export function createNetwork(clock: Pick<SystemClock, 'onTick'>, look = networkInterfaces): Network {
  const listeners = new Set<() => void>();
  let before = ownAddresses(look());
  clock.onTick(() => {
    const now = ownAddresses(look());
    const isReturn = now !== undefined && now !== before;
    before = now;
    if (isReturn) for (const listener of [...listeners]) listener();
  });
  return {
    onReturn(listener) {
      const own = (): void => listener();
      listeners.add(own);
      return () => {
        listeners.delete(own);
      };
    },
  };
}
