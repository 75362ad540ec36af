import { ENTRANCES, entranceRule, OWN_PREFIX, type EntranceChain, type HeldChains } from './chains';

/**
 * Reads what is Heddle's out of what `iptables-save -t filter` prints; the inverse of programming it.
 */
export function parseSaved(saved: string): HeldChains {
  const chains = new Map<string, string[]>();
  const entrances: Record<EntranceChain, number[]> = { FORWARD: [], INPUT: [] };
  const seen: Record<EntranceChain, number> = { FORWARD: 0, INPUT: 0 };
  for (const line of saved.split('\n')) {
    const declared = /^:(\S+) /.exec(line)?.[1];
    if (declared?.startsWith(OWN_PREFIX)) chains.set(declared, []);
    const [, chain = '', rule = ''] = /^-A (\S+) (.*)$/.exec(line) ?? [];
    chains.get(chain)?.push(rule);
    if (!isEntrance(chain)) continue;
    seen[chain]++;
    if (rule === entranceRule(chain)) entrances[chain].push(seen[chain]);
  }
  return { chains, entrances };
}

function isEntrance(chain: string): chain is EntranceChain {
  return Object.hasOwn(ENTRANCES, chain);
}
