import { portsOf, type Allowance, type CellState, type GuardedContainer, type PortRange } from '@heddle/calc';
import { eachOf, type Steps } from '@heddle/domain';
import { ANSWER } from '../answer-marks';
import { canonicalIpv4 } from '../canonical-ipv4';
import { addOutside, OUTSIDE_NAMES } from './outside-elements';
import { isWide, wideRanges } from './port-ranges';

/** The sets of the table whose elements change at run time. */
export const SET_NAMES = ['senders', 'src_tag', 'answers', 'peers', 'allow', 'allow_range', ...OUTSIDE_NAMES] as const;

export type SetName = (typeof SET_NAMES)[number];

/** What changes at run time: the elements of the sets, and as `reaches` the texts of chains, which `reach-chain.ts` is about. */
export const ELEMENT_KINDS = [...SET_NAMES, 'reaches'] as const;

export type ElementKind = (typeof ELEMENT_KINDS)[number];

/** The elements of each set, every one as the text nft takes. */
export type NftElements = Readonly<Record<ElementKind, ReadonlySet<string>>>;

/** No elements, to add to. */
export function emptyElements(): Record<ElementKind, Set<string>> {
  return Object.fromEntries(ELEMENT_KINDS.map((kind) => [kind, new Set()])) as Record<ElementKind, Set<string>>;
}

/** What a new table holds. */
export const NO_ELEMENTS: NftElements = emptyElements();

/**
 * The elements a state asks for. What overlapping policies say twice is there once. A peer whose underlay address is
 * none is left out: one malformed lease must not keep every other change from the kernel.
 */
export function* elementsOf({ containers, peers, outside = [] }: CellState): Steps<NftElements> {
  const elements = emptyElements();
  for (const container of containers) yield* addContainer(elements, container);
  for (const address of peerElements(peers)) elements.peers.add(address);
  for (const container of outside) addOutside(elements, container);
  return elements;
}

/** The underlay addresses of the other cells. */
export function peerElements(peers: CellState['peers']): string[] {
  return peers.flatMap(({ underlayAddress }) => canonicalIpv4(underlayAddress) ?? []);
}

/** Adds what one container asks for. */
export function* addContainer(elements: Record<ElementKind, Set<string>>, container: GuardedContainer): Steps<void> {
  elements.senders.add(senderText(container));
  addTag(elements, container);
  yield* eachOf(yield* portsOf(container), (ports) => addPorts(elements, ports, ports.after));
}

/** Adds what follows from the tag of a container, if it has one. */
export function addTag(elements: Record<ElementKind, Set<string>>, container: GuardedContainer): void {
  if (container.tag === null) return;
  elements.src_tag.add(formatTag(container, container.tag));
  elements.answers.add(answerText(container.address, container.tag));
}

/** What allowances of one address, tag and protocol differ in from others. */
export type AllowanceKey = Omit<Allowance, keyof PortRange>;

/** The elements that let packets in, to add to. */
export type PortElements = Pick<Record<ElementKind, Set<string>>, 'allow' | 'allow_range'>;

/** Adds the ports on which packets of one tag may reach one address. */
export function addPorts(elements: PortElements, key: AllowanceKey, ranges: readonly PortRange[]): void {
  for (const range of ranges) {
    if (isWide(range)) continue;
    for (let port = range.start; port <= range.end; port++) elements.allow.add(portText(key, port));
  }
  for (const range of wideRanges(ranges)) elements.allow_range.add(rangeText(key, range));
}

/** An element of `allow` or `allow_range`. */
const PORTS = /^(\S+) \. (\d+)\S* \. (tcp|udp) \. (\d+)(?:-(\d+))?$/;

/** What elements let in; the inverse of {@link addPorts}. */
export function* portsIn({ allow, allow_range }: Pick<NftElements, 'allow' | 'allow_range'>): Generator<Allowance> {
  for (const elements of [allow, allow_range])
    for (const element of elements) {
      const [, address, tag, protocol, start, end = start] = PORTS.exec(element) ?? [];
      if (address === undefined) continue;
      yield {
        ...{ address, tag: Number(tag), protocol: protocol as Allowance['protocol'] },
        ...{ start: Number(start), end: Number(end) },
      };
    }
}

type Interface = Pick<GuardedContainer, 'hostInterface' | 'address'>;

/** An element of `senders`: who may send through which interface. */
export function senderText({ hostInterface, address }: Interface): string {
  return `"${hostInterface}" . ${address}`;
}

/** An element of `src_tag`: the mark of what a sender sends. */
export function formatTag(sender: Interface, tag: number): string {
  return `${senderText(sender)} : ${tag}`;
}

/** An element of `answers`: the flows opened by this tag are those of this address. */
export function answerText(address: string, tag: number): string {
  return `${address} . ${ANSWER | tag}`;
}

/** An element of `allow`. */
export function portText({ address, tag, protocol }: AllowanceKey, port: number): string {
  return `${address} . ${tag} . ${protocol} . ${port}`;
}

/**
 * An element of `allow_range`. The mark is written as a range too: without that, nft 1.0.6 adds an element which it
 * cannot delete again.
 */
export function rangeText({ address, tag, protocol }: AllowanceKey, { start, end }: PortRange): string {
  return `${address} . ${tag}-${tag} . ${protocol} . ${start}-${end}`;
}
