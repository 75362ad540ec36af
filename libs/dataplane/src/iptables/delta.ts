import { eachOf, type Steps } from '@heddle/domain';
import {
  ENTRANCES,
  entranceRule,
  TABLE_NAMES,
  type Chains,
  type HeldChains,
  type OfTables,
  type TableName,
} from './chains';

/** What makes one set of chains out of another. */
export interface ChainDelta {
  /** Input of `iptables-restore --noflush`, in which each table is a transaction; empty when there is nothing to do. */
  readonly text: string;
  /** Rules that come, and rules that go. */
  readonly added: number;
  readonly removed: number;
}

/** The differences of all tables, in the order in which they are programmed; one transaction for each. */
export function* renderDeltas(from: OfTables<HeldChains>, to: OfTables<Chains>): Steps<ChainDelta> {
  const deltas: ChainDelta[] = [];
  for (const table of TABLE_NAMES) deltas.push(yield* renderDelta(table, from[table], to[table]));
  return {
    text: deltas.map(({ text }) => text).join(''),
    added: sum(deltas.map(({ added }) => added)),
    removed: sum(deltas.map(({ removed }) => removed)),
  };
}

/**
 * The difference between what the kernel holds of a table and what it should hold. Only chains that differ are written, each whole: with
 * `--noflush` the line that declares a chain also empties it. Chains are declared before a rule leads to them, and removed
 * after every rule that led to them has gone.
 */
export function* renderDelta(table: TableName, from: HeldChains, to: Chains): Steps<ChainDelta> {
  const changed = [...to].filter(([name, rules]) => !isEqual(rules, from.chains.get(name)));
  const gone = [...from.chains].filter(([name]) => !to.has(name));
  let rulesOfChanged = '';
  for (const [name, rules] of changed) yield* eachOf(rules, (rule) => void (rulesOfChanged += `-A ${name} ${rule}\n`));
  return {
    text: transaction(
      table,
      linesOf([...changed, ...gone].map(([name]) => `:${name} - [0:0]`)) +
        rulesOfChanged +
        linesOf(Object.entries(ENTRANCES[table]).flatMap((way) => entranceLines(way, from))) +
        linesOf(gone.map(([name]) => `-X ${name}`)),
    ),
    added: sum(changed.map(([name, rules]) => missingFrom(from.chains.get(name), rules))),
    removed: sum([...changed, ...gone].map(([name]) => missingFrom(to.get(name), from.chains.get(name)))),
  };
}

/** Takes away everything of Heddle's, and nothing else; empty when there is nothing. */
export function renderRemoval(table: TableName, { chains, entrances }: HeldChains): string {
  const names = [...chains.keys()];
  return transaction(
    table,
    linesOf([
      ...names.map((name) => `:${name} - [0:0]`),
      ...Object.entries(ENTRANCES[table]).flatMap(([from, to]) =>
        (entrances[from] ?? []).map(() => `-D ${from} ${entranceRule(to)}`),
      ),
      ...names.map((name) => `-X ${name}`),
    ]),
  );
}

/** Nobody's rule may come before the way in, or it could let something pass; and there is one way in, not two. */
function entranceLines([from, to]: readonly [string, string], { entrances }: HeldChains): string[] {
  const positions = entrances[from] ?? [];
  if (positions.length === 1 && positions[0] === 1) return [];
  const rule = entranceRule(to);
  return [...positions.map(() => `-D ${from} ${rule}`), `-I ${from} 1 ${rule}`];
}

function transaction(table: TableName, lines: string): string {
  return lines === '' ? '' : `*${table}\n${lines}COMMIT\n`;
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function isEqual(rules: readonly string[], others: readonly string[] | undefined): boolean {
  return rules === others || (others?.length === rules.length && rules.every((rule, at) => rule === others[at]));
}

function missingFrom(there: readonly string[] = [], wanted: readonly string[] = []): number {
  const known = new Set(there);
  return wanted.filter((rule) => !known.has(rule)).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
