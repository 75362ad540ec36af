import { blockSize, formatIpv4, parseBlock, parseIpv4 } from '@heddle/domain';

/** The VTEP holds the lowest address of a lease, and the next one stays free as a gateway (as host-local keeps it). */
const FIRST_OFFSET = 2;

/** Every container address of the subnet is taken. */
export class AddressesExhausted extends Error {
  constructor(subnet: string) {
    super(`all addresses of ${subnet} are taken: remove containers from this cell, or put the container on another`);
    this.name = 'AddressesExhausted';
  }
}

/**
 * The next free container address of a subnet, going round: an address that was just given back is used again last, so
 * that nothing still meant for its old owner reaches the new one.
 * @param taken addresses in use.
 * @param last the address given out last, if any.
 * @throws {AddressesExhausted}
 */
export function nextAddress(subnet: string, taken: ReadonlySet<string>, last?: string): string {
  const block = parseBlock(subnet);
  // The highest address is the subnet's broadcast address.
  const count = blockSize(block) - FIRST_OFFSET - 1;
  const lastOffset = last === undefined ? -1 : parseIpv4(last) - block.base - FIRST_OFFSET;
  const start = lastOffset >= 0 && lastOffset < count ? lastOffset + 1 : 0;
  for (let i = 0; i < count; i++) {
    const address = formatIpv4(block.base + FIRST_OFFSET + ((start + i) % count));
    if (!taken.has(address)) return address;
  }
  throw new AddressesExhausted(subnet);
}
