import type { CellState } from '@heddle/calc';
import type { Steps } from '@heddle/domain';
import { forTables, type Chains, type HeldChains } from './chains';
import { renderDeltas } from './delta';
import { desiredChains, type ChainOptions } from './desired-chains';

const NOTHING: HeldChains = { chains: new Map(), entrances: {} };

/**
 * What `iptables-restore --noflush` would have to be given for a kernel without anything of Heddle's to hold a state. Chains stand in
 * the order in which `iptables-save` prints them, so that the two can be laid side by side.
 */
export function* renderIptablesRules(state: CellState, options: ChainOptions): Steps<string> {
  const chains = yield* desiredChains(state, options);
  const { text } = yield* renderDeltas(
    forTables(() => NOTHING),
    forTables((table) => byName(chains[table])),
  );
  return text;
}

function byName(chains: Chains): Chains {
  return new Map([...chains].sort(([a], [b]) => (a < b ? -1 : 1)));
}
