import fc from 'fast-check';
import { concernOfSpaces } from './concern';
import { spaceKey } from './document-key';
import { cellGone, changeCommitted, changeRecalled, containersReported, receiptGiven } from './enforcement';
import {
  cellFacts,
  emptyEnforcementBook,
  isInForce,
  type ChangeEnforcement,
  type EnforcementBook,
} from './enforcement-book';

const CELLS = ['one', 'two', 'three'];
const SPACES = ['a', 'b', null];
const cell = fc.constantFrom(...CELLS);
const spaces = fc.uniqueArray(fc.constantFrom(...SPACES), { maxLength: 3 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ act: fc.constant('change' as const), spaces }) },
  // Of one cell in five the agent is an earlier one, which never names spaces.
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constant('hold' as const), cell, spaces, isOlder: fc.nat(4).map((n) => n === 0) }),
  },
  // Of changes far back, or of such that this fold has not heard of.
  {
    weight: 6,
    arbitrary: fc.record({ act: fc.constant('say' as const), cell, spaces, back: fc.integer({ min: -2, max: 6 }) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('end' as const), cell }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('restart' as const) }) },
);

/** What is true of a cell, with everything written down. */
interface Holder {
  spaces: ReadonlySet<string | null>;
  isOlder: boolean;
  said: Map<string | null, number>;
}
/** What is true of a change: of each cell that it concerns the spaces it has still to say something of; none when it said all. */
interface Truth {
  readonly spaces: readonly (string | null)[];
  readonly cells: Map<string, Set<string | null>>;
}

it('no cell counts for groups that it has not confirmed, all count that hold containers of them, and in the end for everything', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
      let book = emptyEnforcementBook;
      const truths: Truth[] = [];
      const holders = new Map<string, Holder>();
      const holderOf = (name: string): Holder =>
        holders.get(name) ?? { spaces: new Set(), isOlder: true, said: new Map() };
      /** A container whose space nobody told is one of all spaces, like any other. */
      const relevant = ({ spaces: held, isOlder }: Holder): Set<string | null> =>
        isOlder || held.size === 0 ? new Set() : new Set([...held, null]);
      const forget = (name: string, gone: (space: string | null) => boolean): void => {
        for (const { cells } of truths) {
          const missing = cells.get(name);
          if (!missing || missing.size === 0) continue;
          for (const space of missing) if (gone(space)) missing.delete(space);
          if (missing.size === 0) cells.delete(name);
        }
      };
      const hold = (name: string, held: readonly (string | null)[], isOlder: boolean): void => {
        const containers = held.map((space, index) => ({
          ...{ handle: `${name}-${index}`, app: 'web', index, address: '10.255.1.2', space, org: null },
        }));
        book = containersReported(book, name, containers, !isOlder).book;
        const before = holderOf(name);
        const after = { ...before, spaces: new Set(held), isOlder };
        holders.set(name, after);
        forget(name, (space) => !relevant(after).has(space));
        for (const space of relevant(before))
          if (space !== null && !relevant(after).has(space)) after.said.delete(space);
      };
      const say = (name: string, of: readonly (string | null)[], rev: number): void => {
        if (rev <= 0) return;
        const documents = of.map((space) => ({ key: spaceKey(space), rev }));
        book = receiptGiven(book, { cell: name, enforcedUpTo: rev, changes: [], documents, enforcedAtMs: 1 }).book;
        const holder = holderOf(name);
        holders.set(name, holder);
        for (const space of of) {
          holder.said.set(space, Math.max(rev, holder.said.get(space) ?? 0));
          truths.slice(0, rev).forEach(({ cells }) => cells.get(name)?.delete(space));
        }
      };
      const change = (touched: readonly (string | null)[]): void => {
        const seq = truths.length + 1;
        book = changeCommitted(book, { seq, committedAtMs: 1, concern: concernOfSpaces(book, touched) }).book;
        const cells = new Map<string, Set<string | null>>();
        for (const [name, holder] of holders) {
          const concerned = touched.filter((space) => relevant(holder).has(space));
          const missing = concerned.filter((space) => (holder.said.get(space) ?? 0) < seq);
          if (concerned.length > 0) cells.set(name, new Set(missing));
        }
        truths.push({ spaces: touched, cells });
      };
      const check = (): void =>
        expect(
          truths.map((_, i) => [...changeOf(book, i + 1).cells].map(([name, at]) => [name, at !== null]).sort()),
        ).toEqual(truths.map(({ cells }) => [...cells].map(([name, missing]) => [name, missing.size === 0]).sort()));

      for (const next of steps) {
        if (next.act === 'change') change(next.spaces);
        else if (next.act === 'hold') hold(next.cell, next.spaces, next.isOlder);
        else if (next.act === 'say') say(next.cell, next.spaces, truths.length - next.back);
        else if (next.act === 'end') {
          book = cellGone(book, next.cell).book;
          forget(next.cell, () => true);
          holders.delete(next.cell);
        } else {
          // All that was kept is who has said so; what is missing of a change is then all of it that concerns the cell.
          book = { ...book, cells: withoutWaits(book) };
          truths.forEach(({ spaces: touched, cells }, i) => {
            book = changeRecalled(book, i + 1, concernOfSpaces(book, touched)).book;
            for (const [name, missing] of cells) {
              if (missing.size === 0) continue;
              for (const space of touched) if (relevant(holderOf(name)).has(space)) missing.add(space);
            }
          });
          for (const { said } of holders.values()) said.clear();
        }
        check();
      }
      for (const name of CELLS) say(name, SPACES, truths.length);
      check();
      expect(truths.filter((_, i) => !isInForce(changeOf(book, i + 1)))).toEqual([]);
    }),
    { numRuns: 300, endOnFailure: true },
  );
});

function changeOf(book: EnforcementBook, seq: number): ChangeEnforcement {
  return book.changes.get(String(seq)) as ChangeEnforcement;
}

/** The cells as a restart finds them. */
function withoutWaits({ cells }: EnforcementBook): EnforcementBook['cells'] {
  const { documents } = cellFacts(emptyEnforcementBook, 'nobody');
  return [...cells.entries()].reduce(
    (held, [name, facts]) => held.set(name, { ...facts, documents, waitingFor: new Map() }),
    cells,
  );
}
