import { describe, expect, it } from 'vitest';
import { addressKind } from '../../src-main/adapters/address-kind.ts';

describe('an IP address', () => {
  it.each([
    '93.184.216.34',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '2606:4700::1111',
    '::ffff:93.184.216.34',
    '64:ff9b::5db8:d822',
    '2002:5db8:d822::1',
  ])('D8 %s is on the internet', (address) => {
    expect(addressKind(address)).toBeUndefined();
  });

  it.each([
    ['this-machine', ['127.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3', '::1', '::', '::ffff:127.0.0.1']],
    ['this-machine', ['::ffff:7f00:1', '::127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '::ffff:0:0']],
    ['link-local', ['169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'febf::1', '::ffff:a9fe:a9fe', '64:ff9b::a9fe:a9fe']],
    ['private-network', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '100.127.255.254']],
    ['private-network', ['fc00::1', 'fd12:3456::1', 'fec0::1', '::ffff:10.0.0.1', '64:ff9b:1::1', '2002:c0a8:101::']],
    [
      'special-purpose',
      ['224.0.0.1', '255.255.255.255', '192.0.2.1', '198.18.0.1', 'ff02::1', '2001:db8::1', '100::1'],
    ],
    ['special-purpose', ['', 'localhost', '1.2.3']],
  ])('D8 is %s: %j', (kind, addresses) => {
    expect(addresses.map((address) => [address, addressKind(address)])).toEqual(
      addresses.map((address) => [address, kind]),
    );
  });
});
