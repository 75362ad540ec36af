import { allowancesOf, type CellState, type PortChange, type PortRange } from '@heddle/calc';
import type { NftElements } from './elements';

/** An element of `allow` or `allow_range`. */
const ELEMENT = /^(\S+) \. (\d+)\S* \. (tcp|udp) \. (\d+)(?:-(\d+))?$/;

/**
 * What elements that were removed let in, for containers that are still there, beside what the same apps may still reach of them.
 * Read from the elements, since after a start of the agent nobody knows any more which policies they stood for.
 */
export function withdrawnPorts({ allow, allow_range }: NftElements, { containers }: CellState): PortChange[] {
  if (allow.size + allow_range.size === 0) return [];
  const withdrawn = new Map<
    string,
    Omit<PortChange, 'before' | 'after'> & { before: PortRange[]; after: PortRange[] }
  >();
  for (const element of [...allow, ...allow_range]) {
    const [, address, tag, protocol, start, end = start] = ELEMENT.exec(element) ?? [];
    if (address === undefined) continue;
    const key = `${address} ${tag} ${protocol}`;
    const change = withdrawn.get(key) ?? {
      ...{ address, tag: Number(tag), protocol: protocol as PortChange['protocol'] },
      ...{ before: [], after: [] },
    };
    change.before.push({ start: Number(start), end: Number(end) });
    withdrawn.set(key, change);
  }
  const addresses = new Set([...withdrawn.values()].map(({ address }) => address));
  const held = containers.filter(({ address }) => addresses.has(address));
  for (const { address, tag, protocol, start, end } of held.flatMap(allowancesOf)) {
    withdrawn.get(`${address} ${tag} ${protocol}`)?.after.push({ start, end });
  }
  const stay = new Set(held.map(({ address }) => address));
  return [...withdrawn.values()].filter(({ address }) => stay.has(address));
}
