import { allowancesOf, type Allowance, type CellState, type PortChange, type PortRange } from '@heddle/calc';

/**
 * What is let in no longer, for containers that are still there, beside what the same apps may still reach of them.
 * @param removed as the kernel held it, since after a start of the agent nobody knows any more which policies that stood for
 */
export function withdrawnPorts(removed: readonly Allowance[], { containers }: CellState): PortChange[] {
  if (removed.length === 0) return [];
  const withdrawn = new Map<
    string,
    Omit<PortChange, 'before' | 'after'> & { before: PortRange[]; after: PortRange[] }
  >();
  for (const { address, tag, protocol, start, end } of removed) {
    const key = `${address} ${tag} ${protocol}`;
    const change = withdrawn.get(key) ?? { address, tag, protocol, before: [], after: [] };
    change.before.push({ start, end });
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
