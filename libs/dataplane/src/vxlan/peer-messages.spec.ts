import type { PeerChange } from './peer-delta';
import { neighboursOn, readForwarding, readNeighbour, readRoute, renderChange, routesOn } from './peer-messages';

const DEVICE = 0x0304;
const forwarding = { kind: 'forwarding', hardwareAddress: 'ee:ee:0a:ff:02:00', underlayAddress: '192.0.2.2' } as const;
const neighbour = { kind: 'neighbour', address: '10.255.2.0', hardwareAddress: 'ee:ee:0a:ff:02:00' } as const;
const route = { kind: 'route', subnet: '10.255.2.0/24', gateway: '10.255.2.0', source: '10.255.1.0' } as const;

/** As `strace -e sendmsg` shows what `ip` and `bridge` of iproute2 6.1 send, attribute by attribute. */
const bytes = {
  route: '0800 0100 0aff0200  0800 0500 0aff0200  0800 0700 0aff0100  0800 0400 04030000',
  neighbour: '02 00 0000 04030000 8000 00 00  0800 0100 0aff0200  0a00 0200 eeee0aff0200 0000',
  forwarding: '07 00 0000 04030000 c000 02 00  0a00 0200 eeee0aff0200 0000  0800 0100 c0000202',
};
const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('what is sent to the kernel', () => {
  it.each<[PeerChange, number, number, string]>([
    [{ verb: 'put', ...route }, 24, 0x500, `02 18 00 00 fe 03 00 01 00000000 ${bytes.route}`],
    [{ verb: 'remove', ...route }, 25, 0, `02 18 00 00 fe 00 ff 00 00000000 ${bytes.route}`],
    [{ verb: 'put', ...neighbour }, 28, 0x500, bytes.neighbour],
    [{ verb: 'remove', ...neighbour }, 29, 0, bytes.neighbour],
    [{ verb: 'put', ...forwarding }, 28, 0x500, bytes.forwarding],
    [{ verb: 'remove', ...forwarding }, 29, 0, bytes.forwarding],
  ])('%j', (change, type, flags, hex) =>
    expect(renderChange(change, DEVICE)).toEqual({ type, flags, body: bytesOf(hex) }),
  );

  it('lists what is on the device only', () => {
    const table = '0800 0f00 fe000000';
    expect(routesOn(DEVICE)).toEqual({
      ...{ type: 26, flags: 0 },
      body: bytesOf(`02 00 00 00 00 00 00 00 00000000 ${table} 0800 0400 04030000`),
    });
    const onDevice = '00 0000 00000000 0000 00 00 0800 0800 04030000';
    expect(neighboursOn(DEVICE, 'neighbour')).toEqual({ type: 30, flags: 0, body: bytesOf(`02 ${onDevice}`) });
    expect(neighboursOn(DEVICE, 'forwarding')).toEqual({ type: 30, flags: 0, body: bytesOf(`07 ${onDevice}`) });
  });
});

describe('what the kernel lists', () => {
  it('is read as it was sent', () => {
    const body = (change: PeerChange) => renderChange(change, DEVICE).body;
    expect(readRoute(body({ verb: 'put', ...route }))).toEqual([
      '10.255.2.0/24',
      { gateway: '10.255.2.0', source: '10.255.1.0' },
    ]);
    expect(readNeighbour(body({ verb: 'put', ...neighbour }))).toEqual(['10.255.2.0', 'ee:ee:0a:ff:02:00']);
    expect(readForwarding(body({ verb: 'put', ...forwarding }))).toEqual(['ee:ee:0a:ff:02:00', '192.0.2.2']);
  });

  it('is no peer when it is the route of the overlay itself, or has a gateway of IPv6', () => {
    const header = '02 10 00 00 fe 02 fd 01 00000000';
    expect(readRoute(bytesOf(`${header} 0800 0100 0aff0000 0800 0700 0aff0100 0800 0400 04030000`))).toBeNull();
    expect(readRoute(bytesOf(`${header} 1400 0500 20010db8000000000000000000000001`))).toBeNull();
  });

  it('is the default route too, which somebody may have sent there', () =>
    expect(readRoute(bytesOf('02 00 00 00 fe 03 00 01 00000000 0800 0500 0aff0200'))).toEqual([
      '0.0.0.0/0',
      { gateway: '10.255.2.0', source: '' },
    ]));

  it('is no peer when it is a neighbour that was learned, or a forwarding entry that leads nowhere', () => {
    expect(readNeighbour(bytesOf(bytes.neighbour.replace('8000', '0200')))).toBeNull();
    expect(readForwarding(bytesOf('07 00 0000 04030000 c000 02 00  0a00 0200 eeee0aff0200 0000'))).toBeNull();
  });
});
