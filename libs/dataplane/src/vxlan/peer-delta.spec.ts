import { renderPeerDelta } from './peer-delta';
import type { PeerEntries } from './peer-entries';

const none: PeerEntries = { routes: new Map(), neighbours: new Map(), forwarding: new Map() };
const cell = (number: number, underlayAddress = `192.0.2.${number}`): PeerEntries => ({
  routes: new Map([[`10.255.${number}.0/24`, `via 10.255.${number}.0 src 10.255.1.0`]]),
  neighbours: new Map([[`10.255.${number}.0`, `ee:ee:0a:ff:0${number}:00`]]),
  forwarding: new Map([[`ee:ee:0a:ff:0${number}:00`, underlayAddress]]),
});

describe('the difference between peers', () => {
  it('is nothing between equals', () => {
    expect(renderPeerDelta('silk-vtep', cell(2), cell(2))).toEqual({
      forwardingAdded: '',
      routing: '',
      forwardingRemoved: '',
    });
  });

  it('leads to a new peer from behind: forwarding, neighbour, then route', () => {
    expect(renderPeerDelta('silk-vtep', none, cell(2))).toEqual({
      forwardingAdded: 'fdb replace ee:ee:0a:ff:02:00 dev silk-vtep dst 192.0.2.2 self permanent\n',
      routing:
        'neigh replace 10.255.2.0 lladdr ee:ee:0a:ff:02:00 dev silk-vtep nud permanent\n' +
        'route replace 10.255.2.0/24 via 10.255.2.0 src 10.255.1.0 dev silk-vtep\n',
      forwardingRemoved: '',
    });
  });

  it('adds before it removes, and removes in reverse', () => {
    expect(renderPeerDelta('silk-vtep', cell(2), cell(3))).toEqual({
      forwardingAdded: 'fdb replace ee:ee:0a:ff:03:00 dev silk-vtep dst 192.0.2.3 self permanent\n',
      routing:
        'neigh replace 10.255.3.0 lladdr ee:ee:0a:ff:03:00 dev silk-vtep nud permanent\n' +
        'route replace 10.255.3.0/24 via 10.255.3.0 src 10.255.1.0 dev silk-vtep\n' +
        'route del 10.255.2.0/24 via 10.255.2.0 src 10.255.1.0 dev silk-vtep\n' +
        'neigh del 10.255.2.0 dev silk-vtep\n',
      forwardingRemoved: 'fdb del ee:ee:0a:ff:02:00 dev silk-vtep dst 192.0.2.2 self\n',
    });
  });

  it('replaces only the entry that has changed', () => {
    expect(renderPeerDelta('silk-vtep', cell(2), cell(2, '192.0.2.22'))).toEqual({
      forwardingAdded: 'fdb replace ee:ee:0a:ff:02:00 dev silk-vtep dst 192.0.2.22 self permanent\n',
      routing: '',
      forwardingRemoved: '',
    });
  });
});
