import { parseVtep, renderVtep, wantedLink } from './vtep-link';

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

  it('is recognised in what the kernel shows', () => {
    const shown = [
      {
        flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
        mtu: 1450,
        address: 'ee:ee:0a:ff:5a:00',
        linkinfo: {
          info_kind: 'vxlan',
          info_data: { id: 1, local: '192.0.2.1', link: 'eth0', port: 4789, learning: false, gbp: true },
        },
        addr_info: [
          { family: 'inet', local: '10.255.90.0', prefixlen: 16 },
          { family: 'inet', local: '10.128.0.0', prefixlen: 12 },
          { family: 'inet6', local: 'fe80::1', prefixlen: 64 },
        ],
      },
    ];
    expect(parseVtep(JSON.stringify(shown))).toEqual({ link: wanted, mtu: 1450 });
  });

  it('is not recognised in an interface of another kind', () => {
    const shown = [
      { flags: [], mtu: 1500, linkinfo: { info_kind: 'bridge', info_data: { forward_delay: 1 } }, addr_info: [] },
    ];
    expect(parseVtep(JSON.stringify(shown)).link).not.toEqual(wanted);
  });
});
