import type { Allowance, CellState, GuardedContainer } from '@heddle/calc';
import { atOnce } from '@heddle/domain';
import { elementsOf as elementsInSteps, NO_ELEMENTS } from './elements';

const elementsOf = (state: CellState) => atOnce(elementsInSteps(state));
const nothing: CellState = { containers: [], peers: [] };
const allowance: Allowance = { address: '10.255.1.2', tag: 5, protocol: 'tcp', start: 8080, end: 8080 };
const containerAt = (address: string, of: Partial<GuardedContainer> = {}): GuardedContainer => ({
  ...{ handle: address, address, hostInterface: `s-01025500100${address.at(-1)}`, tag: null, inbound: [] },
  ...of,
});
/** What is open, without what every container has. */
const allowing = (...ranges: readonly Partial<Allowance>[]) => {
  const all = ranges.map((range) => ({ ...allowance, ...range }));
  const containers = [...new Set(all.map(({ address }) => address))].map((address) =>
    containerAt(address, {
      inbound: all.filter((each) => each.address === address).map(({ tag, ...rule }) => ({ ...rule, tags: [tag] })),
    }),
  );
  return { ...elementsOf({ ...nothing, containers }), senders: NO_ELEMENTS.senders };
};

describe('the elements of a state', () => {
  it('are none for nothing', () => expect(elementsOf(nothing)).toEqual(NO_ELEMENTS));

  it('know each sender, the tag of those that have one, and the answers that are for it', () => {
    const containers = [containerAt('10.255.1.2', { tag: 5 }), containerAt('10.255.1.3')];
    expect(elementsOf({ ...nothing, containers })).toEqual({
      ...NO_ELEMENTS,
      senders: new Set(['"s-010255001002" . 10.255.1.2', '"s-010255001003" . 10.255.1.3']),
      src_tag: new Set(['"s-010255001002" . 10.255.1.2 : 5']),
      answers: new Set(['10.255.1.2 . 524293']),
    });
  });

  it('have the underlay address of each peer, without what is none', () => {
    const peer = { cell: 'cell-2', overlaySubnet: '10.255.2.0/24', overlayHardwareAddress: 'ee:ee:0a:ff:02:00' };
    const peers = ['192.0.2.2', '192.000.002.003', '192.0.2.256', '', '::1'].map((underlayAddress) => ({
      ...peer,
      underlayAddress,
    }));
    expect(elementsOf({ ...nothing, peers }).peers).toEqual(new Set(['192.0.2.2', '192.0.2.3']));
  });

  it('say exact ports one by one', () => {
    expect(allowing({ start: 8080, end: 8082 })).toEqual({
      ...NO_ELEMENTS,
      allow: new Set(['10.255.1.2 . 5 . tcp . 8080', '10.255.1.2 . 5 . tcp . 8081', '10.255.1.2 . 5 . tcp . 8082']),
    });
  });

  it('write out 32 ports and make a range of 33', () => {
    expect(allowing({ start: 1, end: 32 })).toMatchObject({ allow: { size: 32 }, allow_range: new Set() });
    expect(allowing({ start: 1, end: 33 })).toEqual({
      ...NO_ELEMENTS,
      allow_range: new Set(['10.255.1.2 . 5-5 . tcp . 1-33']),
    });
  });

  it('say once what overlapping policies say twice', () => {
    expect(allowing({ start: 1, end: 3 }, { start: 2, end: 4 }, { start: 3, end: 3 }).allow.size).toBe(4);
    expect(allowing({ start: 100, end: 200 }, { start: 100, end: 200 }).allow_range.size).toBe(1);
  });

  it('join wide ranges that overlap, touch or lie within each other, in whatever order they come', () => {
    const ranges = [
      { start: 3000, end: 4000 },
      { start: 1000, end: 2000 },
      { start: 2001, end: 2500 },
      { start: 3500, end: 3600 },
      { start: 3900, end: 4100 },
    ];
    const joined = new Set(['10.255.1.2 . 5-5 . tcp . 1000-2500', '10.255.1.2 . 5-5 . tcp . 3000-4100']);
    expect(allowing(...ranges).allow_range).toEqual(joined);
    expect(allowing(...ranges.reverse()).allow_range).toEqual(joined);
  });

  it('keep apart the ranges of different addresses, tags and protocols', () => {
    const wide = { start: 1000, end: 2000 };
    const others = [
      wide,
      { ...wide, address: '10.255.1.3' },
      { ...wide, tag: 6 },
      { ...wide, protocol: 'udp' as const },
    ];
    expect(allowing(...others).allow_range).toEqual(
      new Set([
        '10.255.1.2 . 5-5 . tcp . 1000-2000',
        '10.255.1.3 . 5-5 . tcp . 1000-2000',
        '10.255.1.2 . 6-6 . tcp . 1000-2000',
        '10.255.1.2 . 5-5 . udp . 1000-2000',
      ]),
    );
  });
});
