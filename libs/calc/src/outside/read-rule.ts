import { blockSize, parseIpv4 } from '@heddle/domain';
import type { GroupRule } from '../inputs';
import type { Range } from './ranges';

/** What a rule is about: everything at some addresses, or some numbers of one protocol there. */
export interface ReadRule {
  readonly protocol: 'all' | 'tcp' | 'udp' | 'icmp';
  readonly addresses: readonly Range[];
  /** Ports, or types and codes of ICMP as {@link icmpNumber} makes one number of them. */
  readonly numbers: readonly Range[];
}

/** Every protocol has all numbers. */
const EVERY_NUMBER: Range = { start: 0, end: 0 };

/** A type and a code of ICMP as one number, so that all codes of a type follow each other. */
export function icmpNumber(type: number, code: number): number {
  return type * 256 + code;
}

/**
 * Reads a rule of a security group. Of addresses that are none of IPv4 it keeps nothing, since nothing else leaves a container.
 * @returns half a sentence about what is wrong with it, if it cannot be understood.
 */
export function readRule({ protocol, destination, ports, type, code }: GroupRule): ReadRule | string {
  const addresses: Range[] = [];
  for (const place of destination.split(',').map((part) => part.trim())) {
    const range = place.includes(':') ? null : addressRange(place);
    if (range === undefined)
      return `its destination '${destination}' has '${place}' in it, which is no address, block or range`;
    if (range) addresses.push(range);
  }
  switch (protocol) {
    case 'icmpv6':
      return { protocol: 'all', addresses: [], numbers: [] };
    case 'all':
      return { protocol, addresses, numbers: [EVERY_NUMBER] };
    case 'icmp':
      return { protocol, addresses, numbers: icmpRanges(type, code) };
    case 'tcp':
    case 'udp': {
      const numbers = portRanges(ports);
      return numbers
        ? { protocol, addresses, numbers }
        : `its ports '${ports}' are not ports or ranges from 1 to 65535`;
    }
  }
}

/** `10.0.0.1`, `10.0.0.0/8` (bits behind the prefix do not count) or `10.0.0.1-10.0.0.9`; `undefined` for none of them. */
export function addressRange(text: string): Range | undefined {
  const [, first = '', prefix, last] = /^([\d.]+)(?:\/(\d{1,2})|\s*-\s*([\d.]+))?$/.exec(text) ?? [];
  try {
    const start = parseIpv4(first);
    if (prefix === undefined) {
      const end = last === undefined ? start : parseIpv4(last);
      return start <= end ? { start, end } : undefined;
    }
    if (Number(prefix) > 32) return undefined;
    const size = blockSize({ base: start, prefixLength: Number(prefix) });
    const base = start - (start % size);
    return { start: base, end: base + size - 1 };
  } catch {
    return undefined;
  }
}

/** `80, 443, 8000-8999`. */
function portRanges(text: string): Range[] | null {
  const ranges = text.split(',').map((part) => {
    const [, first = '', last = first] = /^\s*(\d{1,5})\s*(?:-\s*(\d{1,5})\s*)?$/.exec(part) ?? [];
    return { start: Number(first), end: Number(last) };
  });
  return ranges.every(({ start, end }) => start >= 1 && start <= end && end <= 65_535) ? ranges : null;
}

/** −1 is any, and so is the 255 that Cloud Foundry makes of it. */
function icmpRanges(type: number, code: number): Range[] {
  const types = isAny(type) ? { start: 0, end: 255 } : { start: type, end: type };
  if (isAny(code)) return [{ start: icmpNumber(types.start, 0), end: icmpNumber(types.end, 255) }];
  return Array.from({ length: types.end - types.start + 1 }, (_, i) => {
    const number = icmpNumber(types.start + i, code);
    return { start: number, end: number };
  });
}

function isAny(number: number): boolean {
  return number === -1 || number === 255;
}
