import type { OutwardContainer } from '@heddle/calc';
import { reachChain } from './reach-chain';

/** The sets and maps about the world outside the overlay. */
export const OUTSIDE_NAMES = ['common_reach', 'own_reach', 'masked', 'published', 'targets'] as const;

/** Those, and the chains that say what may be reached there. */
export const OUTSIDE_KINDS = [...OUTSIDE_NAMES, 'reaches'] as const;

type OutsideElements = Record<(typeof OUTSIDE_KINDS)[number], Set<string>>;

/** Adds what a container asks for. A reach that says nothing needs no chain. */
export function addOutside(elements: OutsideElements, container: OutwardContainer): void {
  const { address, hostInterface, common, own, published } = container;
  elements.masked.add(address);
  for (const [map, reach] of [
    ['common_reach', common],
    ['own_reach', own],
  ] as const) {
    const { name, text } = reachChain(reach);
    if (text === '') continue;
    elements.reaches.add(text);
    elements[map].add(reachElement({ hostInterface, address }, name));
  }
  for (const { protocol, hostAddress, hostPort, containerPort } of published) {
    elements.published.add(publishedElement([hostAddress, protocol, hostPort], [address, containerPort]));
    elements.targets.add(targetElement(address, protocol, containerPort));
  }
}

/** An element of `common_reach` or `own_reach`. */
export function reachElement(sender: Pick<OutwardContainer, 'hostInterface' | 'address'>, chain: string): string {
  return `"${sender.hostInterface}" . ${sender.address} : jump ${chain}`;
}

/** An element of `published`: where what comes to a port of the cell goes. */
export function publishedElement(
  [hostAddress, protocol, hostPort]: readonly [string, string, number],
  [address, containerPort]: readonly [string, number],
): string {
  return `${hostAddress} . ${protocol} . ${hostPort} : ${address} . ${containerPort}`;
}

/** An element of `targets`: what comes by a published port may come in here. */
export function targetElement(address: string, protocol: string, port: number): string {
  return `${address} . ${protocol} . ${port}`;
}
