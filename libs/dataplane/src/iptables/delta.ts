import { eachOf, type Steps } from '@heddle/domain';
import { ENTRANCES, entranceRule, type Chains, type EntranceChain, type HeldChains } from './chains';

/** What makes one set of chains out of another. */
export interface ChainDelta {
  /** The input of `iptables-restore --noflush`, one transaction; empty when there is nothing to do. */
  readonly text: string;
  /** Rules that come, and rules that go. */
  readonly added: number;
  readonly removed: number;
}

/**
 * The difference between what the kernel holds and what it should hold. Only chains that differ are written, each whole: with
 * `--noflush` the line that declares a chain also empties it. Chains are declared before a rule leads to them, and removed
 * after every rule that led to them has gone.
 */
export function* renderDelta(from: HeldChains, to: Chains): Steps<ChainDelta> {
  const changed = [...to].filter(([name, rules]) => !isEqual(rules, from.chains.get(name)));
  const gone = [...from.chains].filter(([name]) => !to.has(name));
  let rulesOfChanged = '';
  for (const [name, rules] of changed) yield* eachOf(rules, (rule) => void (rulesOfChanged += `-A ${name} ${rule}\n`));
  return {
    text: transaction(
      linesOf([...changed, ...gone].map(([name]) => `:${name} - [0:0]`)) +
        rulesOfChanged +
        linesOf(entranceChains.flatMap((chain) => entranceLines(chain, from.entrances[chain]))) +
        linesOf(gone.map(([name]) => `-X ${name}`)),
    ),
    added: sum(changed.map(([name, rules]) => missingFrom(from.chains.get(name), rules))),
    removed: sum([...changed, ...gone].map(([name]) => missingFrom(to.get(name), from.chains.get(name)))),
  };
}

/** Takes away everything of Heddle's, and nothing else; empty when there is nothing. */
export function renderRemoval({ chains, entrances }: HeldChains): string {
  const names = [...chains.keys()];
  return transaction(
    linesOf([
      ...names.map((name) => `:${name} - [0:0]`),
      ...entranceChains.flatMap((chain) => entrances[chain].map(() => `-D ${chain} ${entranceRule(chain)}`)),
      ...names.map((name) => `-X ${name}`),
    ]),
  );
}

const entranceChains = Object.keys(ENTRANCES) as EntranceChain[];

/** Nobody's rule may come before the way in, or it could let something pass; and there is one way in, not two. */
function entranceLines(chain: EntranceChain, positions: readonly number[]): string[] {
  if (positions.length === 1 && positions[0] === 1) return [];
  const rule = entranceRule(chain);
  return [...positions.map(() => `-D ${chain} ${rule}`), `-I ${chain} 1 ${rule}`];
}

function transaction(lines: string): string {
  return lines === '' ? '' : `*filter\n${lines}COMMIT\n`;
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function isEqual(rules: readonly string[], others: readonly string[] | undefined): boolean {
  return others?.length === rules.length && rules.every((rule, at) => rule === others[at]);
}

function missingFrom(there: readonly string[] = [], wanted: readonly string[] = []): number {
  const known = new Set(there);
  return wanted.filter((rule) => !known.has(rule)).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
