import type { Peer } from '@heddle/calc';
import { entriesOf } from './peer-entries';

const own = { overlayNetwork: '10.255.0.0/16', overlaySubnet: '10.255.1.0/24' };
const peer: Peer = {
  cell: 'cell-2',
  underlayAddress: '192.0.2.2',
  overlaySubnet: '10.255.2.0/24',
  overlayHardwareAddress: 'EE:EE:0a:ff:02:00',
};

describe('the entries of peers', () => {
  it('are a route, a neighbour and a forwarding entry each', () => {
    expect(entriesOf([peer], own)).toEqual({
      entries: {
        routes: new Map([['10.255.2.0/24', 'via 10.255.2.0 src 10.255.1.0']]),
        neighbours: new Map([['10.255.2.0', 'ee:ee:0a:ff:02:00']]),
        forwarding: new Map([['ee:ee:0a:ff:02:00', '192.0.2.2']]),
      },
      malformed: [],
    });
  });

  it.each<[Partial<Peer>, string]>([
    [{ underlayAddress: '192.0.2' }, "'192.0.2' is not an IPv4 address"],
    [{ overlayHardwareAddress: 'ee:ee' }, "'ee:ee' is not a hardware address"],
    [{ overlaySubnet: '10.255.2.1/24' }, "'10.255.2.1/24' has bits set behind its prefix"],
    [{ overlaySubnet: '10.254.2.0/24' }, '10.254.2.0/24 is outside the overlay 10.255.0.0/16'],
    [{ overlaySubnet: '0.0.0.0/0' }, '0.0.0.0/0 is outside the overlay 10.255.0.0/16'],
    [{ overlaySubnet: '10.255.0.0/16' }, "10.255.0.0/16 overlaps the cell's own 10.255.1.0/24"],
    [{ overlaySubnet: '10.255.1.128/25' }, "10.255.1.128/25 overlaps the cell's own 10.255.1.0/24"],
  ])('leave out a peer with %j alone', (wrong, reason) => {
    const { entries, malformed } = entriesOf([{ ...peer, cell: 'cell-9', ...wrong }, peer], own);
    expect(malformed).toEqual([{ cell: 'cell-9', reason }]);
    expect(entries).toEqual(entriesOf([peer], own).entries);
  });
});
