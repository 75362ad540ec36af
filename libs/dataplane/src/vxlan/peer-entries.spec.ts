import type { Peer } from '@heddle/calc';
import { PeerReader } from './peer-entries';

const reader = new PeerReader({ overlayNetworks: ['10.255.0.0/16', '10.128.0.0/12'], overlaySubnet: '10.255.1.0/24' });
const peer: Peer = {
  cell: 'cell-2',
  underlayAddress: '192.0.2.2',
  overlaySubnet: '10.255.2.0/24',
  overlayHardwareAddress: 'EE:EE:0a:ff:02:00',
};

describe('the entries of a peer', () => {
  it('are a route, a neighbour and a forwarding entry', () => {
    expect(reader.entriesOf(peer)).toEqual({
      routes: new Map([['10.255.2.0/24', { gateway: '10.255.2.0', source: '10.255.1.0' }]]),
      neighbours: new Map([['10.255.2.0', 'ee:ee:0a:ff:02:00']]),
      forwarding: new Map([['ee:ee:0a:ff:02:00', '192.0.2.2']]),
    });
  });

  it('are no route when it has a single address, since that of the network leads there', () => {
    const single = { ...peer, overlaySubnet: '10.255.0.7/32', overlayHardwareAddress: 'ee:ee:0a:ff:00:07' };
    expect(reader.entriesOf(single)).toEqual({
      routes: new Map(),
      neighbours: new Map([['10.255.0.7', 'ee:ee:0a:ff:00:07']]),
      forwarding: new Map([['ee:ee:0a:ff:00:07', '192.0.2.2']]),
    });
  });

  it('come from the address that the cell has in the network of the peer', () =>
    expect(reader.entriesOf({ ...peer, overlaySubnet: '10.129.2.0/24' }).routes).toEqual(
      new Map([['10.129.2.0/24', { gateway: '10.129.2.0', source: '10.128.0.0' }]]),
    ));

  it.each<[Partial<Peer>, string]>([
    [{ underlayAddress: '192.0.2' }, "'192.0.2' is not an IPv4 address"],
    [{ overlayHardwareAddress: 'ee:ee' }, "'ee:ee' is not a hardware address"],
    [{ overlaySubnet: '10.255.2.1/24' }, "'10.255.2.1/24' has bits set behind its prefix"],
    [{ overlaySubnet: '10.254.2.0/24' }, '10.254.2.0/24 is outside the overlay 10.255.0.0/16, 10.128.0.0/12'],
    [{ overlaySubnet: '0.0.0.0/0' }, '0.0.0.0/0 is outside the overlay 10.255.0.0/16, 10.128.0.0/12'],
    [{ overlaySubnet: '10.255.0.0/16' }, "10.255.0.0/16 overlaps the cell's own 10.255.1.0/24"],
    [{ overlaySubnet: '10.255.1.128/25' }, "10.255.1.128/25 overlaps the cell's own 10.255.1.0/24"],
  ])('are refused of one with %j', (wrong, reason) =>
    expect(() => reader.entriesOf({ ...peer, ...wrong })).toThrow(new RangeError(reason)),
  );
});
