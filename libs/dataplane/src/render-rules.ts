import type { CellState } from '@heddle/calc';
import type { Steps } from '@heddle/domain';
import { renderIptablesRules } from './iptables/render-rules';
import { renderNftRules } from './nft/render-rules';
import type { FirewallOptions } from './open-firewall';

/** What the rules of a cell depend on beside its state. Both variants of iptables get the same ones. */
export type RulesOptions = Omit<FirewallOptions, 'iptables'>;

/**
 * The rules that a firewall with these options makes of a state, as the text that its backend programs whole: for `nft -f`, or
 * for `iptables-restore --noflush`. Needs no kernel.
 */
export function* renderRules(state: CellState, { dataplane, ...options }: RulesOptions): Steps<string> {
  switch (dataplane) {
    case 'nftables':
      return yield* renderNftRules(state, options);
    case 'iptables':
      return yield* renderIptablesRules(state, options);
  }
}
