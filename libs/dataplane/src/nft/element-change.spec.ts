import type { CellState, InboundRule, PortChange, PortRange } from '@heddle/calc';
import { atOnce, type Steps } from '@heddle/domain';
import fc from 'fast-check';
import { renderDelta } from './delta';
import { changeBetween, changeFromElements, differenceOf } from './element-change';
import { elementsOf } from './elements';

const container = (n: number, inbound: readonly InboundRule[], handle = `h-${n}`, tag: number | null = n) => ({
  ...{ handle, address: `10.255.1.${n}`, hostInterface: `s-01025500100${n}`, tag, inbound },
});
const elementsAtOnce = (state: CellState) => atOnce(elementsOf(state));

const ports = fc.tuple(fc.integer({ min: 1, max: 80 }), fc.constantFrom(0, 1, 40, 60));
const rule = fc.record({
  protocol: fc.constantFrom('tcp' as const, 'udp' as const),
  ports,
  tags: fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { minLength: 1 }),
});
const inbound = fc
  .array(rule, { maxLength: 4 })
  .map((rules) =>
    rules.map(({ ports: [start, more], ...rest }): InboundRule => ({ ...rest, start, end: start + more })),
  );
const states = (handles: readonly string[]) =>
  fc
    .array(fc.record({ inbound, handle: fc.constantFrom(...handles), tag: fc.option(fc.constantFrom(7, 8)) }), {
      maxLength: 2,
    })
    .map((list): CellState => ({
      containers: list.map((each, i) => container(i + 2, each.inbound, each.handle, each.tag)),
      peers: [],
    }));

/** What a list of changes closes, port by port. */
const closed = (changes: readonly PortChange[]): string[] => {
  const isAmong = (port: number, ranges: readonly PortRange[]) =>
    ranges.some(({ start, end }) => start <= port && port <= end);
  return changes
    .flatMap(({ address, tag, protocol, before, after }) =>
      Array.from({ length: 150 }, (_, port) => port)
        .filter((port) => isAmong(port, before) && !isAmong(port, after))
        .map((port) => `${address} ${tag} ${protocol} ${port}`),
    )
    .sort();
};

it('between any two states it is what the elements of the one lack of those of the other', () =>
  fc.assert(
    fc.property(states(['a', 'b']), states(['a', 'b']), (from, to) => {
      const { removed, added } = atOnce(changeBetween(from, to));
      expect({ removed, added }).toEqual(atOnce(differenceOf(elementsAtOnce(from), elementsAtOnce(to))));
    }),
  ));

it('closes the same ports whether it begins from a state or from elements that were read, of containers that stay', () =>
  fc.assert(
    fc.property(states(['a']), states(['a']), (from, to) => {
      const fromState = atOnce(changeBetween(from, to)).withdrawn;
      const fromElements = atOnce(changeFromElements(elementsAtOnce(from), to)).withdrawn;
      expect(closed(fromState)).toEqual(closed(fromElements));
      for (const change of fromState) expect(closed([change])).not.toEqual([]);
    }),
  ));

describe('of a document with many tags', () => {
  const tags = Array.from({ length: 20_000 }, (_, i) => i + 1);
  const open = (rules: readonly InboundRule[]): CellState => ({ containers: [container(2, rules)], peers: [] });
  const inOneRule = [{ protocol: 'tcp' as const, start: 8080, end: 8080, tags }];
  const inManyRules = tags.map((tag) => ({ protocol: 'tcp' as const, start: tag, end: tag, tags: [tag] }));

  /**
   * What each step costs the processor until the whole is done, in µs: unlike its time, that does not depend on who else is busy.
   * The least of a few runs, since now and then one meets the garbage collector.
   */
  const costsOf = (steps: () => Steps<unknown>): number[] => {
    const runs = Array.from({ length: 3 }, () => {
      const costs: number[] = [];
      for (let begun = steps(), isDone: boolean | undefined = false; !isDone;) {
        const before = process.cpuUsage();
        isDone = begun.next().done;
        const { user, system } = process.cpuUsage(before);
        costs.push(user + system);
      }
      return costs;
    });
    return (runs[0] as number[]).map((_, step) => Math.min(...runs.map((costs) => costs[step] as number)));
  };

  it.each([
    ['come in one rule', open([]), open(inOneRule)],
    ['go in a rule each', open(inManyRules), open([])],
    ['move to another port', open(inOneRule), open(inOneRule.map((each) => ({ ...each, start: 80, end: 80 })))],
    ['come with their container', { containers: [], peers: [] }, open(inOneRule)],
  ])('no step costs much beside the whole: %s', (_, from: CellState, to: CellState) => {
    const held = elementsAtOnce(from);
    const change = atOnce(changeBetween(from, to));
    const { added, removed } = atOnce(renderDelta(change));
    expect(added + removed).toBeGreaterThanOrEqual(tags.length);
    for (const costs of [
      [...costsOf(() => changeBetween(from, to)), ...costsOf(() => renderDelta(change))],
      costsOf(() => changeFromElements(held, to)),
    ])
      expect(Math.max(...costs)).toBeLessThan(costs.reduce((sum, each) => sum + each, 0) / 3);
  });
});
