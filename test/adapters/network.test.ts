import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { createNetwork } from '../../src-main/adapters/network.ts';

const info = (address: string, internal = false): NetworkInterfaceInfo =>
  ({ address, internal, family: 'IPv4', netmask: '', mac: '', cidr: null }) as NetworkInterfaceInfo;

const LOOPBACK = { lo: [info('127.0.0.1', true)] };
const HOME = { ...LOOPBACK, wlan0: [info('192.168.1.7')] };
const CAFE = { ...LOOPBACK, wlan0: [info('10.0.0.3')] };
const ROUTERLESS = { ...LOOPBACK, wlan0: [info('169.254.3.4'), info('fe80::1')] };

describe('34 the network of this machine', () => {
  it.each([
    ['an address comes after none', LOOPBACK, HOME, 1],
    ['an address comes after a link-local one', ROUTERLESS, HOME, 1],
    ['another network takes its place', HOME, CAFE, 1],
    ['nothing changes', HOME, HOME, 0],
    ['it goes', HOME, LOOPBACK, 0],
    ['only a link-local address is left', HOME, ROUTERLESS, 0],
    ['only the order is another', { ...HOME, eth0: [info('10.1.1.1')] }, { eth0: [info('10.1.1.1')], ...HOME }, 0],
  ])('34 %s', (_what, before, after, told) => {
    let interfaces: Record<string, NetworkInterfaceInfo[]> = before;
    let tick = (): void => {};
    const network = createNetwork(
      {
        onTick: (listener) => {
          tick = listener;
          return () => {};
        },
      },
      () => interfaces,
    );
    const heard = vi.fn();
    const stopListening = network.onReturn(heard);
    tick();
    interfaces = after;
    tick();
    tick();
    expect(heard).toHaveBeenCalledTimes(told);
    stopListening();
    interfaces = { eth1: [info('10.9.9.9')] };
    tick();
    expect(heard).toHaveBeenCalledTimes(told);
  });
});
