import { attribute } from '../netlink/messages';
import { renderVtep, standingVtep, underlayIndexOf, wantedLink } from './vtep-link';

const wanted = wantedLink(
  {
    name: 'silk-vtep',
    vni: 1,
    port: 4789,
    underlayAddress: '192.0.2.1',
    overlayNetworks: ['10.255.0.0/16', '10.128.0.0/12'],
    overlaySubnet: '10.255.90.0/24',
    overlayHardwareAddress: 'EE:EE:0A:FF:5A:00',
  },
  'eth0',
);

describe('the VTEP', () => {
  it('has the lowest address of the lease, and in another network of the overlay that of the network', () => {
    expect(renderVtep('silk-vtep', wanted)).toBe(
      'link add silk-vtep address ee:ee:0a:ff:5a:00 type vxlan id 1 local 192.0.2.1 dev eth0 dstport 4789 nolearning gbp\n' +
        'link set silk-vtep up\n' +
        'addr add 10.128.0.0/12 dev silk-vtep scope link\n' +
        'addr add 10.255.90.0/16 dev silk-vtep scope link\n',
    );
  });

  /** Attributes of a VXLAN device as the kernel lists them, by the names of `<linux/if_link.h>`. */
  const [ID, DEVICE, LOCAL, LEARNING, PORT, GBP] = [1, 3, 4, 7, 15, 18];
  const bytes = (hex: string) => Buffer.from(hex, 'hex');
  const vxlan = Buffer.concat([
    attribute(ID, bytes('01000000')),
    attribute(DEVICE, bytes('07000000')),
    attribute(LOCAL, bytes('c0000201')),
    attribute(LEARNING, bytes('00')),
    attribute(PORT, bytes('12b5')),
    attribute(GBP, bytes('')),
  ]);
  const link = {
    index: 9,
    name: 'silk-vtep',
    isUp: true,
    mtu: 1450,
    hardwareAddress: 'ee:ee:0a:ff:5a:00',
    data: vxlan,
  };
  const addresses = [
    { index: 9, address: '10.255.90.0', prefixLength: 16 },
    { index: 7, address: '192.0.2.1', prefixLength: 24 },
    { index: 9, address: '10.128.0.0', prefixLength: 12 },
  ];

  it('is recognised in what the kernel shows', () => {
    expect(underlayIndexOf(link)).toBe(7);
    expect(standingVtep(link, 'eth0', addresses)).toEqual({ link: wanted, mtu: 1450 });
  });

  it.each([
    ['of another kind', { ...link, data: Buffer.alloc(0) }],
    ['that learns', { ...link, data: Buffer.concat([attribute(LEARNING, bytes('01')), vxlan]) }],
    ['on another port', { ...link, data: Buffer.concat([attribute(PORT, bytes('12b6')), vxlan]) }],
    ['without tags', { ...link, data: vxlan.subarray(0, -4) }],
    ['that is down', { ...link, isUp: false }],
  ])('is not recognised in a device %s', (_, other) => {
    expect(standingVtep(other, 'eth0', addresses).link).not.toEqual(wanted);
  });
});
