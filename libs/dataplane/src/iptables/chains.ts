/** Heddle's own chains of the table `filter`: the rules of each, in order, as `iptables-save` writes them behind `-A <chain>`. */
export type Chains = ReadonlyMap<string, readonly string[]>;

/** What the names of all chains of Heddle's begin with; no other chain is ever touched. A name may have 28 characters. */
export const OWN_PREFIX = 'heddle-';

/** By which of the kernel's own chains packets come into those of Heddle, and where. */
export const ENTRANCES = { FORWARD: 'heddle-forward', INPUT: 'heddle-input' } as const;

export type EntranceChain = keyof typeof ENTRANCES;

/** The rule that leads from one of the kernel's own chains into Heddle's. */
export function entranceRule(chain: EntranceChain): string {
  return `-j ${ENTRANCES[chain]}`;
}

/** The positions, from 1, at which each of the kernel's own chains leads into Heddle's. */
export type Entrances = Readonly<Record<EntranceChain, readonly number[]>>;

/** As it must be: nobody's rule comes before, or it could let something pass. */
export const ENTERED_FIRST: Entrances = { FORWARD: [1], INPUT: [1] };

/** What the kernel holds of Heddle's. */
export interface HeldChains {
  readonly chains: Chains;
  readonly entrances: Entrances;
}
