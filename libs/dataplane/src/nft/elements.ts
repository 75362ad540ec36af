import type { Allowance, CellState, Sender } from '@heddle/calc';
import { canonicalIpv4 } from '../canonical-ipv4';
import { isWide, wideRanges } from './port-ranges';

/** The sets of the table whose elements change at run time. */
export const SET_NAMES = ['senders', 'src_tag', 'peers', 'allow', 'allow_range'] as const;

export type SetName = (typeof SET_NAMES)[number];

/** The elements of each set, every one as the text nft takes. */
export type NftElements = Readonly<Record<SetName, ReadonlySet<string>>>;

/** What a new table holds. */
export const NO_ELEMENTS: NftElements = {
  senders: new Set(),
  src_tag: new Set(),
  peers: new Set(),
  allow: new Set(),
  allow_range: new Set(),
};

/**
 * The elements a state asks for. What overlapping policies say twice is there once. A peer whose underlay address is
 * none is left out: one malformed lease must not keep every other change from the kernel.
 */
export function elementsOf({ senders, allowances, peers }: CellState): NftElements {
  return {
    senders: new Set(senders.map(senderText)),
    src_tag: new Set(senders.flatMap((sender) => (sender.tag === null ? [] : [formatTag(sender, sender.tag)]))),
    peers: new Set(peers.flatMap(({ underlayAddress }) => canonicalIpv4(underlayAddress) ?? [])),
    allow: exactElements(allowances),
    allow_range: new Set(wideRanges(allowances).map(rangeText)),
  };
}

/** A loop, as this runs over everything at each change: a third of the time of lists of lists, measured at 10 000. */
function exactElements(allowances: readonly Allowance[]): Set<string> {
  const elements = new Set<string>();
  for (const allowance of allowances) {
    if (isWide(allowance)) continue;
    for (let port = allowance.start; port <= allowance.end; port++) elements.add(portText(allowance, port));
  }
  return elements;
}

/** An element of `senders`: who may send through which interface. */
export function senderText({ hostInterface, address }: Pick<Sender, 'hostInterface' | 'address'>): string {
  return `"${hostInterface}" . ${address}`;
}

/** An element of `src_tag`: the mark of what a sender sends. */
export function formatTag(sender: Pick<Sender, 'hostInterface' | 'address'>, tag: number): string {
  return `${senderText(sender)} : ${tag}`;
}

/** An element of `allow`. */
export function portText({ address, tag, protocol }: Omit<Allowance, 'start' | 'end'>, port: number): string {
  return `${address} . ${tag} . ${protocol} . ${port}`;
}

/**
 * An element of `allow_range`. The mark is written as a range too: without that, nft 1.0.6 adds an element which it
 * cannot delete again.
 */
export function rangeText({ address, tag, protocol, start, end }: Allowance): string {
  return `${address} . ${tag}-${tag} . ${protocol} . ${start}-${end}`;
}
