import { describeAsRoot, NetworkNamespace } from '@heddle/testing';
import { linkIndexOf, listAddresses, readLink } from './links';
import { withRtnetlink } from './rtnetlink';
import type { NetlinkSocket } from './netlink-socket';

describeAsRoot('devices, as the kernel shows them', () => {
  let namespace: NetworkNamespace;
  const ask = <T>(task: (socket: NetlinkSocket) => Promise<T>) => namespace.within(() => withRtnetlink(task));
  beforeAll(() => {
    namespace = NetworkNamespace.create('heddle-dp-links');
    namespace.run(
      'ip',
      'link',
      'add',
      'one',
      'address',
      'ee:ee:0a:ff:01:00',
      'mtu',
      '1400',
      'type',
      'veth',
      'peer',
      'other',
    );
    namespace.run('ip', 'link', 'set', 'one', 'up');
    namespace.run('ip', 'addr', 'add', '10.255.1.0/16', 'dev', 'one');
    namespace.run('ip', 'addr', 'add', 'fd00::1/64', 'dev', 'one');
  });
  afterAll(() => namespace.delete());

  it('have what ip shows, asked for by name or by number', async () => {
    const one = await ask((socket) => readLink(socket, 'one'));
    expect(one).toMatchObject({ name: 'one', isUp: true, mtu: 1400, hardwareAddress: 'ee:ee:0a:ff:01:00' });
    expect(namespace.run('ip', '-o', 'link', 'show', 'dev', 'one')).toMatch(new RegExp(`^${one?.index}: one`));
    expect(await ask((socket) => readLink(socket, one?.index ?? 0))).toEqual(one);
    expect(await ask((socket) => readLink(socket, 'lo'))).toMatchObject({ index: 1, isUp: false });
  });

  it('are none where there is none', async () => {
    expect(await ask((socket) => readLink(socket, 'two'))).toBeNull();
    expect(await ask((socket) => readLink(socket, 4_711))).toBeNull();
    await expect(ask((socket) => linkIndexOf(socket, 'two'))).rejects.toThrow('there is no device two');
  });

  it('have their IPv4 addresses listed, each with the device that holds it', async () => {
    const index = await ask((socket) => linkIndexOf(socket, 'one'));
    expect(await ask(listAddresses)).toEqual([{ index, address: '10.255.1.0', prefixLength: 16 }]);
  });
});
