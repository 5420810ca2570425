import { isIP, type LookupFunction } from 'node:net';
import type { InwardAddress } from '../engine/model/network-address.ts';
import type { AddressKind } from './address-kind.ts';

/** A host that leads to no public address, where only such a one may be connected to (D8). Nothing was sent. */
export class AddressRefused extends Error {
  readonly code = 'GATEHOUSE_ADDRESS';
  readonly kind: InwardAddress;

  constructor(hostname: string, kind: InwardAddress) {
    super(`${hostname} leads to an address that is not public`);
    this.kind = kind;
  }
}

/** An address in a URL is connected to without a lookup. */
export function literalRefusal(hostname: string, kindOf: AddressKind): AddressRefused | undefined {
  const kind = isIP(hostname) === 0 ? undefined : kindOf(hostname);
  return kind === undefined ? undefined : new AddressRefused(hostname, kind);
}

/**
 * A lookup that gives public addresses only. What it gives is what is connected to: a name that answers otherwise a
 * moment later (DNS rebinding) gains nothing.
 */
export function publicLookup(lookup: LookupFunction, kindOf: AddressKind): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found, family) => {
      if (error) {
        callback(error, '', 0);
        return;
      }
      const addresses = typeof found === 'string' ? [{ address: found, family: family ?? isIP(found) }] : found;
      const open = addresses.filter(({ address }) => kindOf(address) === undefined);
      const [first] = open;
      if (first === undefined) {
        const kind = addresses.map(({ address }) => kindOf(address))[0] ?? 'special-purpose';
        callback(new AddressRefused(hostname, kind), '', 0);
      } else if (options.all) callback(null, open);
      else callback(null, first.address, first.family);
    });
  };
}

/** The same for a host that somebody else connects to. One that is not found is refused by nobody. */
export function refusalByLookup(
  hostname: string,
  lookup: LookupFunction,
  kindOf: AddressKind,
): Promise<AddressRefused | undefined> {
  return new Promise((resolve) => {
    publicLookup(lookup, kindOf)(hostname, { all: true }, (error) => {
      resolve(error instanceof AddressRefused ? error : undefined);
    });
  });
}
