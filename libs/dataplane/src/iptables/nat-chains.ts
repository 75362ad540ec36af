import type { OutwardContainer, PublishedPort } from '@heddle/calc';
import type { OutsideOptions } from '../outside-options';
import { VTEP_NAME } from '../vxlan/vtep-link';
import { ENTRANCES, type Chains } from './chains';
import { destinationRule } from './destination-rule';
import { HAS_PASSED } from './marks';

/** Ports are found in blocks of so many. */
const PORTS_PER_BLOCK = 64;

/**
 * The chains of `nat`. Only the first packet of a connection meets them.
 *
 * - What `filter` has let out goes under the address of the cell, known by its mark.
 * - What comes to a published port of the cell goes on to the container; from another container it does not.
 */
export function natChains(outside: readonly OutwardContainer[], { unmasked = [] }: OutsideOptions): Chains {
  const blocks = publishedBlocks(outside);
  return new Map<string, readonly string[]>([
    [
      ENTRANCES.nat.PREROUTING,
      [
        ...['s-+', VTEP_NAME].map((overlay) => `-i ${overlay} -j RETURN`),
        ...[...blocks.values()].map(({ way }) => way),
      ],
    ],
    [
      ENTRANCES.nat.POSTROUTING,
      [...unmasked.map((addresses) => destinationRule({ addresses }, '-j RETURN')), `${HAS_PASSED} -j MASQUERADE`],
    ],
    ...[...blocks].map(([chain, { rules }]): [string, string[]] => [chain, rules]),
  ]);
}

/** A chain for each block of ports that has a published one in it, and the rule that leads there. */
function publishedBlocks(outside: readonly OutwardContainer[]): Map<string, { way: string; rules: string[] }> {
  const blocks = new Map<string, { way: string; rules: string[] }>();
  for (const { port, address } of inOrder(outside)) {
    const first = port.hostPort - (port.hostPort % PORTS_PER_BLOCK);
    const chain = `heddle-${port.protocol}-${first}`;
    const ports = `-p ${port.protocol} -m ${port.protocol} --dport`;
    const way = `${ports} ${first}:${first + PORTS_PER_BLOCK - 1} -g ${chain}`;
    const block = blocks.get(chain) ?? { way, rules: [] };
    const to = `-j DNAT --to-destination ${address}:${port.containerPort}`;
    block.rules.push(`-d ${port.hostAddress}/32 ${ports} ${port.hostPort} ${to}`);
    blocks.set(chain, block);
  }
  return blocks;
}

interface Published {
  readonly address: string;
  readonly port: PublishedPort;
}

function inOrder(outside: readonly OutwardContainer[]): Published[] {
  const all = outside.flatMap(({ address, published }) => published.map((port) => ({ address, port })));
  const keyOf = ({ address, port }: Published): string =>
    [port.protocol, String(port.hostPort).padStart(5, '0'), port.hostAddress, address, port.containerPort].join(' ');
  return all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
