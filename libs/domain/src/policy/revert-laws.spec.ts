import fc from 'fast-check';
import type { PolicyCommand } from './commands';
import type { PoliciesChanged } from './events';
import { policyKey, type Policy } from './policy';
import { policiesIn, type PolicyBook } from './policy-book';
import { policyDecider } from './policy-decider';
import { revertItems, type StandingSpan } from './revert';
import { endOf } from './term';

const decider = policyDecider();
const app = fc.constantFrom('a', 'b', 'c');
const policy = fc.record<Policy>({
  ...{ source: app, destination: app, protocol: fc.constant('tcp') },
  ...{ start: fc.constant(80), end: fc.constantFrom(80, 81) },
});
const policies = fc.array(policy, { minLength: 1, maxLength: 4 });
const command: fc.Arbitrary<PolicyCommand> = fc.oneof(
  fc.record({ type: fc.constant('add-policies'), policies }),
  fc.record({ type: fc.constant('add-policies'), policies, expiresAtMs: fc.constantFrom(100, 200) }),
  fc.record({ type: fc.constant('limit-policies'), policies, expiresAtMs: fc.constantFrom(100, 200) }),
  fc.record({ type: fc.constant('remove-policies'), policies }),
);

/** A log, kept by the plainest means: the book and the spans after each event. */
class History {
  readonly books: PolicyBook[] = [decider.initialState];
  private spans: StandingSpan[] = [];

  get seq(): number {
    return this.books.length - 1;
  }
  get book(): PolicyBook {
    return this.books.at(-1) as PolicyBook;
  }

  /** Which change it became, if any. */
  run(asked: PolicyCommand): number | undefined {
    const event = decider.decide(this.book, asked) as PoliciesChanged | undefined;
    if (event?.type !== 'policies-changed') return undefined;
    const before = this.standing();
    this.books.push(decider.evolve(this.book, event));
    const after = this.standing();
    this.spans = this.spans.map((span) => {
      const key = policyKey(span.policy);
      return span.untilSeq === null && before.get(key) !== after.get(key) ? { ...span, untilSeq: this.seq } : span;
    });
    for (const one of policiesIn(this.book)) {
      const end = after.get(policyKey(one));
      if (before.get(policyKey(one)) === end) continue;
      this.spans.push({ policy: one, fromSeq: this.seq, untilSeq: null, ...(end != null && { expiresAtMs: end }) });
    }
    return this.seq;
  }

  /** Undoes changes; the change that came of it, and whether there was a conflict. */
  revert(undone: readonly number[], nowMs = 0): { seq: number | undefined; conflicts: number } {
    const items = revertItems(new Set(undone), this.spans, nowMs);
    const steps = items
      .filter(({ outcome }) => outcome === 'undo')
      .map((item) => ({ ...item, from: item.is, to: item.was }));
    const seq = this.run({ type: 'restore-policies', undone, steps });
    return { seq, conflicts: items.filter(({ outcome }) => outcome === 'conflict').length };
  }

  /** `undefined` is no policy at all, `null` one without an end. */
  standing(book = this.book): Map<string, number | null> {
    return new Map([...policiesIn(book)].map((one) => [policyKey(one), endOf(book.boxes, one)]));
  }
}
function historyOf(commands: readonly PolicyCommand[]): History {
  const history = new History();
  for (const each of commands) history.run(each);
  return history;
}

describe('undoing', () => {
  it('the newest change gives what was before it, and undoing that what was after it', () =>
    fc.assert(
      fc.property(fc.array(command, { maxLength: 15 }), (commands) => {
        const history = historyOf(commands);
        const last = history.seq;
        if (last === 0) return;
        const undone = history.revert([last]);
        expect(undone).toEqual({ seq: last + 1, conflicts: 0 });
        expect(history.standing()).toEqual(history.standing(history.books[last - 1]));
        expect(history.revert([last + 1])).toEqual({ seq: last + 2, conflicts: 0 });
        expect(history.standing()).toEqual(history.standing(history.books[last]));
        expect(history.book.tags).toEqual((history.books[last] as PolicyBook).tags);
      }),
    ));

  it('everything since some change gives what was before it, in one change', () =>
    fc.assert(
      fc.property(fc.array(command, { maxLength: 15 }), fc.nat(15), (commands, cut) => {
        const history = historyOf(commands);
        const from = Math.min(cut, history.seq);
        const before = history.seq;
        const undone = Array.from({ length: history.seq - from }, (_, i) => from + 1 + i);
        expect(history.revert(undone).conflicts).toBe(0);
        expect(history.seq - before).toBeLessThanOrEqual(1);
        expect(history.standing()).toEqual(history.standing(history.books[from]));
      }),
    ));

  it('any changes touches no policy that another one touched later, and tells of each that it leaves', () =>
    fc.assert(
      fc.property(fc.array(command, { maxLength: 15 }), fc.array(fc.nat(15)), (commands, picks) => {
        const history = historyOf(commands);
        const undone = [...new Set(picks.map((pick) => pick + 1))].filter((seq) => seq <= history.seq);
        const first = Math.min(...undone);
        const touchedAt = (seq: number) => {
          const [before, after] = [seq - 1, seq].map((at) => history.standing(history.books[at]));
          const keys = [...(before?.keys() ?? []), ...(after?.keys() ?? [])];
          return new Set(keys.filter((key) => before?.get(key) !== after?.get(key)));
        };
        const before = history.standing();
        const last = history.seq;
        history.revert(undone);
        const after = history.standing();
        for (const key of new Set([...before.keys(), ...after.keys()])) {
          if (before.get(key) === after.get(key)) continue;
          const touches = Array.from({ length: last }, (_, i) => i + 1).filter((seq) => touchedAt(seq).has(key));
          const own = touches.find((seq) => undone.includes(seq)) ?? Infinity;
          expect(own).toBeGreaterThanOrEqual(first);
          expect(touches.filter((seq) => seq > own && !undone.includes(seq))).toEqual([]);
        }
      }),
    ));
});
