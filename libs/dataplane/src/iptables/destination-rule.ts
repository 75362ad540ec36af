import type { Range } from '@heddle/calc';
import { formatIpv4 } from '@heddle/domain';

/** What a rule matches beside the addresses that packets go to. */
interface DestinationMatch {
  readonly addresses: Range;
  readonly protocol?: string;
  /** What comes after the protocol. */
  readonly match?: string;
}

const ADDRESSES = 2 ** 32;

/** A rule about packets to some addresses, written as `iptables-save` does: a block where they are one, nothing where they are all. */
export function destinationRule({ addresses, protocol, match }: DestinationMatch, target: string): string {
  const { start, end } = addresses;
  const size = end - start + 1;
  const isBlock = Number.isInteger(Math.log2(size)) && start % size === 0;
  const parts = [
    isBlock && size < ADDRESSES && `-d ${formatIpv4(start)}/${32 - Math.log2(size)}`,
    protocol && `-p ${protocol}`,
    !isBlock && `-m iprange --dst-range ${formatIpv4(start)}-${formatIpv4(end)}`,
    match,
    target,
  ];
  return parts.filter((part) => part).join(' ');
}
