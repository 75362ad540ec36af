import {
  hardwareAddressesOf,
  hostInterfaceOf,
  renderContainerSide,
  renderHostSide,
  renderPair,
} from './container-link';

const container = { netns: '/run/netns/web', address: '10.255.90.5', mtu: 1450, containerInterface: 'eth0' };

describe('the link of a container', () => {
  it('has names and hardware addresses made from its address', () => {
    expect(hostInterfaceOf('10.255.90.5')).toBe('s-010255090005');
    expect(hardwareAddressesOf('10.255.90.5')).toEqual({ host: 'aa:aa:0a:ff:5a:05', container: 'ee:ee:0a:ff:5a:05' });
  });

  it('has a name the kernel takes, whatever the address (15 characters)', () => {
    expect(hostInterfaceOf('255.255.255.255').length).toBeLessThanOrEqual(15);
  });

  it.each(['', '10.255.90', '10.255.90.256', '10.255.90.5/32'])('has no name for %j', (address) => {
    expect(() => hostInterfaceOf(address)).toThrow(RangeError);
  });

  it('is born with its far end in the container', () => {
    expect(renderPair(container)).toBe(
      'link add s-010255090005 address aa:aa:0a:ff:5a:05 mtu 1450 type veth ' +
        'peer name eth0 address ee:ee:0a:ff:5a:05 mtu 1450 netns /run/netns/web\n' +
        'link set s-010255090005 arp off\n',
    );
  });

  it('has one way out of the container', () => {
    expect(renderContainerSide(container)).toBe(
      'link set lo up\n' +
        'link set eth0 arp off\n' +
        'link set eth0 up\n' +
        'addr add 10.255.90.5 peer 169.254.0.1/32 dev eth0 scope link\n' +
        'neigh replace 169.254.0.1 lladdr aa:aa:0a:ff:5a:05 dev eth0 nud permanent\n' +
        'route replace default via 169.254.0.1 dev eth0 src 10.255.90.5\n',
    );
  });

  it('opens on the host last', () => {
    expect(renderHostSide(container)).toBe(
      'addr add 169.254.0.1 peer 10.255.90.5/32 dev s-010255090005 scope link\n' +
        'link set s-010255090005 up\n' +
        'neigh replace 10.255.90.5 lladdr ee:ee:0a:ff:5a:05 dev s-010255090005 nud permanent\n',
    );
  });
});
