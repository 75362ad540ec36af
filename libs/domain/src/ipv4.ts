/** IPv4 addresses as unsigned 32-bit numbers, and the blocks they form. */

/** A block of addresses: its lowest address and the length of its prefix in bits. */
export interface Ipv4Block {
  readonly base: number;
  readonly prefixLength: number;
}

/**
 * Reads a dotted address (`10.255.1.2`).
 * @throws {RangeError} when it is not four decimal octets.
 */
export function parseIpv4(text: string): number {
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!octets || octets.some((octet) => octet > 255)) throw new RangeError(`'${text}' is not an IPv4 address`);
  return octets.reduce((address, octet) => address * 256 + octet, 0);
}

/** Writes an address in dotted form. */
export function formatIpv4(address: number): string {
  return octetsOf(address).join('.');
}

/** The four octets of an address, highest first. */
export function octetsOf(address: number): [number, number, number, number] {
  return [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255];
}

/**
 * Reads a block (`10.255.0.0/16`).
 * @throws {RangeError} when it is not an address and a prefix length of 0–32, or has bits set behind the prefix.
 */
export function parseBlock(text: string): Ipv4Block {
  const [address = '', length = '', ...rest] = text.split('/');
  const prefixLength = /^\d{1,2}$/.test(length) ? Number(length) : NaN;
  if (rest.length > 0 || !(prefixLength >= 0 && prefixLength <= 32))
    throw new RangeError(`'${text}' is not a CIDR block`);
  const base = parseIpv4(address);
  if (base % blockSize({ base, prefixLength }) !== 0) throw new RangeError(`'${text}' has bits set behind its prefix`);
  return { base, prefixLength };
}

/** Whether {@link parseBlock} can read it. */
export function isBlock(text: string): boolean {
  try {
    parseBlock(text);
    return true;
  } catch {
    return false;
  }
}

/** Writes a block in CIDR form. */
export function formatBlock({ base, prefixLength }: Ipv4Block): string {
  return `${formatIpv4(base)}/${prefixLength}`;
}

/** How many addresses a block holds. */
export function blockSize({ prefixLength }: Ipv4Block): number {
  return 2 ** (32 - prefixLength);
}

/** Whether the inner block lies wholly inside the outer one. */
export function blockContains(outer: Ipv4Block, inner: Ipv4Block): boolean {
  return inner.base >= outer.base && inner.base + blockSize(inner) <= outer.base + blockSize(outer);
}
