import { peerDelta } from './peer-delta';
import type { PeerEntries } from './peer-entries';

const none: PeerEntries = { routes: new Map(), neighbours: new Map(), forwarding: new Map() };
const cell = (number: number, underlayAddress = `192.0.2.${number}`, source = '10.255.1.0'): PeerEntries => ({
  routes: new Map([[`10.255.${number}.0/24`, { gateway: `10.255.${number}.0`, source }]]),
  neighbours: new Map([[`10.255.${number}.0`, `ee:ee:0a:ff:0${number}:00`]]),
  forwarding: new Map([[`ee:ee:0a:ff:0${number}:00`, underlayAddress]]),
});
const forwarding = { hardwareAddress: 'ee:ee:0a:ff:02:00', underlayAddress: '192.0.2.2' };
const neighbour = { address: '10.255.2.0', hardwareAddress: 'ee:ee:0a:ff:02:00' };
const route = { subnet: '10.255.2.0/24', gateway: '10.255.2.0', source: '10.255.1.0' };

describe('the difference between peers', () => {
  it('is nothing between equals', () => expect(peerDelta(cell(2), cell(2))).toEqual([]));

  it('leads to a new peer from behind: forwarding, neighbour, then route', () =>
    expect(peerDelta(none, cell(2))).toEqual([
      { verb: 'put', kind: 'forwarding', ...forwarding },
      { verb: 'put', kind: 'neighbour', ...neighbour },
      { verb: 'put', kind: 'route', ...route },
    ]));

  it('adds before it removes, and removes in reverse', () => {
    const delta = peerDelta(cell(2), cell(3));
    expect(delta.slice(0, 3)).toEqual(peerDelta(none, cell(3)));
    expect(delta.slice(3)).toEqual([
      { verb: 'remove', kind: 'route', ...route },
      { verb: 'remove', kind: 'neighbour', ...neighbour },
      { verb: 'remove', kind: 'forwarding', ...forwarding },
    ]);
  });

  it('puts only the entry that has changed', () => {
    expect(peerDelta(cell(2), cell(2, '192.0.2.22'))).toEqual([
      { verb: 'put', kind: 'forwarding', ...forwarding, underlayAddress: '192.0.2.22' },
    ]);
    expect(peerDelta(cell(2), cell(2, '192.0.2.2', '10.255.9.0'))).toEqual([
      { verb: 'put', kind: 'route', ...route, source: '10.255.9.0' },
    ]);
  });
});
