import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { InwardAddress } from '../engine/model/network-address.ts';

/** What kind an IP address is of; undefined for one that is on the internet. */
export type AddressKind = (address: string) => InwardAddress | undefined;

/** @see RFC 6890 (IANA's registries of special-purpose addresses) */
const SUBNETS: Readonly<Record<InwardAddress, readonly string[]>> = {
  // 0.0.0.0 and :: reach this machine on most systems.
  'this-machine': ['127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128'],
  'link-local': ['169.254.0.0/16', 'fe80::/10'],
  // RFC 1918, RFC 6598 (carriers' and VPNs'), RFC 4193, site-local (RFC 3879), local NAT64 (RFC 8215).
  'private-network': [
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '100.64.0.0/10',
    'fc00::/7',
    'fec0::/10',
    '64:ff9b:1::/48',
  ],
  'special-purpose': [
    '192.0.0.0/24',
    '192.0.2.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
    '100::/64',
    '2001::/23',
    '2001:db8::/32',
    '3fff::/20',
    '5f00::/16',
    'ff00::/8',
  ],
};

const KINDS = Object.entries(SUBNETS).map(([kind, subnets]) => {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', prefix] = subnet.split('/');
    list.addSubnet(network, Number(prefix), isIPv4(network) ? 'ipv4' : 'ipv6');
  }
  return { kind: kind as InwardAddress, list };
});

/** IPv4 addresses that IPv6 ones carry: mapped and compatible (RFC 4291 2.5.5), NAT64 (RFC 6052), 6to4 (RFC 3056). */
const CARRIERS: readonly { readonly prefix: readonly number[]; readonly at: number }[] = [
  { prefix: [0, 0, 0, 0, 0, 0xffff], at: 6 },
  { prefix: [0, 0, 0, 0, 0, 0], at: 6 },
  { prefix: [0x64, 0xff9b, 0, 0, 0, 0], at: 6 },
  { prefix: [0x2002], at: 1 },
];

export const addressKind: AddressKind = (address) => {
  const [plain = ''] = address.split('%');
  if (isIPv4(plain)) return KINDS.find(({ list }) => list.check(plain, 'ipv4'))?.kind;
  if (!isIPv6(plain)) return 'special-purpose';
  const own = KINDS.find(({ list }) => list.check(plain, 'ipv6'))?.kind;
  const carried = own === undefined ? carriedAddress(plain) : undefined;
  return own ?? (carried === undefined ? undefined : addressKind(carried));
};

function carriedAddress(address: string): string | undefined {
  const groups = groupsOf(address);
  const carrier = CARRIERS.find(({ prefix }) => prefix.every((group, index) => group === groups[index]));
  if (carrier === undefined) return undefined;
  const [high = 0, low = 0] = groups.slice(carrier.at);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): readonly number[] {
  // The URL parser writes the last 32 bits as groups too. @see RFC 5952
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = [], after] = canonical.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const gap = after === undefined ? [] : new Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...gap, ...(after ?? [])].map((group) => Number.parseInt(group, 16));
}
