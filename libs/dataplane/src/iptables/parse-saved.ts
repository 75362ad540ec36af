import { ENTRANCES, entranceRule, OWN_PREFIX, type HeldChains, type TableName } from './chains';

/**
 * Reads what is Heddle's out of what `iptables-save -t <table>` prints; the inverse of programming it.
 */
export function parseSaved(table: TableName, saved: string): HeldChains {
  const chains = new Map<string, string[]>();
  const ways = new Map<string, { readonly rule: string; seen: number; readonly at: number[] }>(
    Object.entries(ENTRANCES[table]).map(([from, to]) => [from, { rule: entranceRule(to), seen: 0, at: [] }]),
  );
  for (const line of saved.split('\n')) {
    const declared = /^:(\S+) /.exec(line)?.[1];
    if (declared?.startsWith(OWN_PREFIX)) chains.set(declared, []);
    const [, chain = '', rule = ''] = /^-A (\S+) (.*)$/.exec(line) ?? [];
    chains.get(chain)?.push(rule);
    const way = ways.get(chain);
    if (!way) continue;
    way.seen++;
    if (rule === way.rule) way.at.push(way.seen);
  }
  return { chains, entrances: Object.fromEntries([...ways].map(([from, { at }]) => [from, at])) };
}
