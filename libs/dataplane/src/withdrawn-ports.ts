import { joinRanges, portsOf, type Allowance, type CellState, type PortChange, type PortRange } from '@heddle/calc';
import { eachOf, type Steps } from '@heddle/domain';

/** Whether a change closes any port that was open before it. */
export function narrows({ before, after }: Pick<PortChange, 'before' | 'after'>): boolean {
  if (before.length === 0) return false;
  const open = joinRanges(after);
  return !before.every((range) => open.some(({ start, end }) => start <= range.start && range.end <= end));
}

/**
 * What is let in no longer, for containers that are still there, beside what the same apps may still reach of them.
 * @param removed as the kernel held it, since after a start of the agent nobody knows any more which policies that stood for
 */
export function* withdrawnPorts(removed: Iterable<Allowance>, { containers }: CellState): Steps<PortChange[]> {
  const before = new Map<string, Map<string, PortChange & { readonly before: PortRange[] }>>();
  yield* eachOf(removed, ({ address, tag, protocol, start, end }) => {
    const ofAddress = before.get(address) ?? new Map<string, PortChange & { readonly before: PortRange[] }>();
    before.set(address, ofAddress);
    const key = `${tag} ${protocol}`;
    const known = ofAddress.get(key);
    if (known) known.before.push({ start, end });
    else ofAddress.set(key, { address, tag, protocol, before: [{ start, end }], after: [] });
  });
  const withdrawn: PortChange[] = [];
  for (const container of containers) {
    const changes = before.get(container.address);
    if (!changes) continue;
    const after = new Map<string, readonly PortRange[]>();
    yield* eachOf(yield* portsOf(container), (ports) => void after.set(`${ports.tag} ${ports.protocol}`, ports.after));
    yield* eachOf(changes, ([key, change]) => void withdrawn.push({ ...change, after: after.get(key) ?? [] }));
  }
  return withdrawn;
}
