import fc from 'fast-check';
import { policiesIn, policyDecider, type PoliciesChanged, type Policy, type PolicyBook } from '../policy';
import { reachDelta } from './delta';

const decider = policyDecider();
const app = fc.constantFrom('a', 'b', 'a:b');
const policy = fc
  .record({
    ...{ source: app, destination: app, protocol: fc.constantFrom('tcp' as const, 'udp' as const) },
    ...{ start: fc.integer({ min: 1, max: 9 }), more: fc.integer({ min: 0, max: 4 }) },
  })
  .map(({ more, ...rest }): Policy => ({ ...rest, end: rest.start + more }));
const command = fc.record({
  type: fc.constantFrom('add-policies' as const, 'remove-policies' as const),
  policies: fc.array(policy, { minLength: 1, maxLength: 4 }),
});

/** Every packet that a book lets through, one by one. */
function packets(book: PolicyBook): Set<string> {
  const all = new Set<string>();
  for (const { source, destination, protocol, start, end } of policiesIn(book))
    for (let port = start; port <= end; port++) all.add(JSON.stringify([source, destination, protocol, port]));
  return all;
}

it('is every packet whose fate an event changes, and no other', () =>
  fc.assert(
    fc.property(fc.array(command, { maxLength: 12 }), command, (commands, next) => {
      const book = commands.reduce((before, each) => {
        const event = decider.decide(before, each);
        return event ? decider.evolve(before, event) : before;
      }, decider.initialState);
      const event = decider.decide(book, next);
      if (event?.type !== 'policies-changed') return;
      const delta = reachDelta(book, event);
      const named = (which: 'opens' | 'closes') =>
        delta.flatMap(({ source, destination, [which]: ranges }) =>
          ranges.flatMap(({ protocol, start, end }) =>
            Array.from({ length: end - start + 1 }, (_, i) =>
              JSON.stringify([source, destination, protocol, start + i]),
            ),
          ),
        );
      const [before, after] = [packets(book), packets(decider.evolve(book, event))];
      expect(named('opens').sort()).toEqual([...after].filter((packet) => !before.has(packet)).sort());
      expect(named('closes').sort()).toEqual([...before].filter((packet) => !after.has(packet)).sort());
    }),
  ));

it('is nothing for a policy within what is allowed already', () => {
  const wide: Policy = { source: 'a', destination: 'b', protocol: 'tcp', start: 1, end: 9 };
  const nothing: PoliciesChanged = {
    ...{ type: 'policies-changed', added: [], removed: [], tagsAllocated: [], tagsReleased: [] },
  };
  const tagsAllocated = [
    { app: 'a', tag: 1 },
    { app: 'b', tag: 2 },
  ];
  const book = decider.evolve(decider.initialState, { ...nothing, added: [wide], tagsAllocated });
  expect(reachDelta(book, { added: [{ ...wide, start: 5 }], removed: [] })).toEqual([]);
  expect(reachDelta(book, { added: [{ ...wide, start: 8, end: 12 }], removed: [] })).toEqual([
    {
      ...{ source: 'a', destination: 'b', closes: [] },
      before: [{ protocol: 'tcp', start: 1, end: 9 }],
      after: [{ protocol: 'tcp', start: 1, end: 12 }],
      opens: [{ protocol: 'tcp', start: 10, end: 12 }],
    },
  ]);
});
