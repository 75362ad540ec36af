import fc from 'fast-check';
import { cellGone, receiptGiven } from './enforcement';
import { emptyEnforcementBook, isInForce, type ChangeEnforcement } from './enforcement-book';
import type { EnforcedStretch, Step } from './enforcement-step';
import { cellFollows, leaseCommitted } from './follow-leases';
import { concernedByLease } from './lease-enforcement';

const CELLS = ['a', 'b', 'c', 'd'];
const cell = fc.constantFrom(...CELLS);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ act: fc.constant('lease' as const), cell }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('end' as const), cell }) },
  {
    weight: 6,
    // Of some changes, the newest or far back, perhaps again, and perhaps before this fold hears of them.
    arbitrary: fc.record({
      act: fc.constant('say' as const),
      cell,
      back: fc.array(fc.integer({ min: -2, max: 9 }), { maxLength: 5 }),
    }),
  },
  {
    weight: 1,
    // All up to some change, which may be one to come.
    arbitrary: fc.record({ act: fc.constant('say-all' as const), cell, back: fc.integer({ min: -2, max: 9 }) }),
  },
);

/** Whose lease each change is about, by its number. */
const owners = fc.array(cell, { minLength: 43, maxLength: 43 });

/** What is true, with everything written down: of each change, whom it concerns and what each of them has said. */
interface Truth {
  readonly seq: number;
  readonly of: string;
  readonly cells: Map<string, boolean>;
}

it('no cell counts for a change that it has not confirmed, all count that it concerns, and in the end for everything', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), owners, (steps, whose) => {
      let book = emptyEnforcementBook;
      const stretches: EnforcedStretch[] = [];
      const truths: Truth[] = [];
      const holding = new Set<string>();
      const said = new Map<string, Map<string, number>>();
      const saidAll = new Map<string, number>();
      const take = (after: Step): void => {
        book = after.book;
        stretches.push(...(after.stretches ?? []));
      };
      /** Whose lease a change is about, also of one to come. */
      const ownerOf = (seq: number): string => whose[seq] ?? 'a';
      const say = (by: string, seqs: readonly number[]): void => {
        const documents = seqs.map((seq) => ({ key: `lease:${ownerOf(seq)}` as const, rev: seq }));
        const receipt = { cell: by, enforcedUpTo: 1, changes: seqs, documents, enforcedAtMs: 1 };
        take(receiptGiven(book, receipt));
        if (!holding.has(by)) return;
        for (const seq of seqs) {
          const newest = said.get(by) ?? new Map<string, number>();
          said.set(by, newest.set(ownerOf(seq), Math.max(seq, newest.get(ownerOf(seq)) ?? 0)));
        }
        confirm();
      };
      const sayAll = (by: string, leasesUpTo: number): void => {
        if (leasesUpTo <= 0) return;
        take(
          receiptGiven(book, { cell: by, enforcedUpTo: 1, changes: [], documents: [], leasesUpTo, enforcedAtMs: 1 }),
        );
        if (!holding.has(by)) return;
        saidAll.set(by, Math.max(leasesUpTo, saidAll.get(by) ?? 0));
        confirm();
      };
      const confirm = (): void => {
        for (const { seq, of, cells } of truths)
          for (const each of cells.keys())
            if (Math.max(said.get(each)?.get(of) ?? 0, saidAll.get(each) ?? 0) >= seq) cells.set(each, true);
      };
      const commit = (): { seq: number; of: string } => {
        const seq = truths.length + 1;
        const of = ownerOf(seq);
        take(leaseCommitted(book, { seq, cell: of, committedAtMs: 1 }));
        const others = [...holding].filter((each) => each !== of);
        truths.push({ seq, of, cells: new Map(others.map((each) => [each, false])) });
        confirm();
        return { seq, of };
      };
      const check = (): void => {
        const wrong = truths.flatMap(({ seq, cells }) => {
          const change = book.changes.get(String(seq)) as ChangeEnforcement;
          const told = concernedByLease(book, change, stretches).cells;
          const others = [...told.keys(), ...cells.keys()].filter((each) => !told.has(each) || !cells.has(each));
          const claimed = [...told].filter(([each, at]) => at !== null && !cells.get(each));
          const isForgotten = isInForce(change) && [...told.values()].includes(null);
          return others.length > 0 || claimed.length > 0 || isForgotten ? [{ seq, others, claimed }] : [];
        });
        expect(wrong).toEqual([]);
      };
      for (const next of steps) {
        if (next.act === 'lease') {
          const { of } = commit();
          holding.add(of);
          book = cellFollows(book, of);
        } else if (next.act === 'end') {
          const { of } = commit();
          const upTo = book.cells.get(of)?.leases?.upTo ?? Infinity;
          take(cellGone(book, of));
          holding.delete(of);
          said.delete(of);
          saidAll.delete(of);
          // Nor does it count for a change that it was ahead with when it left.
          for (const { seq, cells } of truths) if (cells.get(of) === false || seq > upTo) cells.delete(of);
        } else if (next.act === 'say-all') sayAll(next.cell, truths.length - next.back);
        else {
          const newest = truths.length;
          say(
            next.cell,
            next.back.map((back) => newest - back).filter((seq) => seq > 0),
          );
        }
        check();
      }
      const all = truths.map(({ seq }) => seq);
      for (const each of CELLS) say(each, all);
      check();
      expect(all.filter((seq) => !isInForce(book.changes.get(String(seq)) as ChangeEnforcement))).toEqual([]);
      expect(book.leases.open).toEqual([]);
    }),
    { numRuns: 100, endOnFailure: true },
  );
});
