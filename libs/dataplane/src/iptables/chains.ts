/** Heddle's own chains of one table: the rules of each, in order, as `iptables-save` writes them behind `-A <chain>`. */
export type Chains = ReadonlyMap<string, readonly string[]>;

/** What the names of all chains of Heddle's begin with; no other chain is ever touched. A name may have 28 characters. */
export const OWN_PREFIX = 'heddle-';

/**
 * By which of the kernel's own chains packets come into those of Heddle, for each table: `filter` decides, `nat` writes addresses. In
 * this order they are programmed, so that what is let pass is translated from its first packet on.
 */
export const ENTRANCES = {
  nat: { PREROUTING: 'heddle-arriving', POSTROUTING: 'heddle-leaving' },
  filter: { FORWARD: 'heddle-forward', INPUT: 'heddle-input' },
} as const;

export type TableName = keyof typeof ENTRANCES;

/** The tables with chains of Heddle's, in the order in which they are programmed. */
export const TABLE_NAMES = Object.keys(ENTRANCES) as TableName[];

/** Something of each table. */
export type OfTables<Each> = Readonly<Record<TableName, Each>>;

/** Makes something of each table. */
export function forTables<Each>(make: (table: TableName) => Each): OfTables<Each> {
  return { nat: make('nat'), filter: make('filter') };
}

/** The rule that leads into a chain of Heddle's from one of the kernel's own. */
export function entranceRule(chain: string): string {
  return `-j ${chain}`;
}

/** The positions, from 1, at which each of the kernel's own chains leads into Heddle's; one that is not named does not at all. */
export type Entrances = Readonly<Record<string, readonly number[]>>;

/** As it must be: nobody's rule comes before, or it could let something pass. */
export function enteredFirst(table: TableName): Entrances {
  return Object.fromEntries(Object.keys(ENTRANCES[table]).map((chain) => [chain, [1]]));
}

/** What the kernel holds of Heddle's in one table. */
export interface HeldChains {
  readonly chains: Chains;
  readonly entrances: Entrances;
}
