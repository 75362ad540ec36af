import { describeAsRoot, NetworkNamespace, peer, vtepOptions } from '@heddle/testing';
import { DataplaneUnavailable } from '../dataplane-unavailable';
import { PeerTable } from './peer-table';
import { ensureVtep, removeVtep } from './vtep';

const options = vtepOptions(1);
const tableOptions = { vtep: 'silk-vtep', overlayNetworks: ['10.255.0.0/16'], overlaySubnet: '10.255.1.0/24' };

describeAsRoot('the tunnels of a cell', () => {
  let namespace: NetworkNamespace;
  const onCell = <T>(task: () => Promise<T>) => namespace.within(task);

  beforeEach(() => {
    namespace = NetworkNamespace.create('heddle-dp-vxlan');
    namespace.run('ip', 'link', 'add', 'underlay', 'mtu', '1400', 'type', 'veth', 'peer', 'name', 'other-end');
    namespace.run('ip', 'addr', 'add', '192.0.2.1/24', 'dev', 'underlay');
    for (const end of ['underlay', 'other-end']) namespace.run('ip', 'link', 'set', end, 'up');
  });
  afterEach(() => namespace.delete());

  describe('their end', () => {
    const index = () => /^(\d+):/.exec(namespace.run('ip', 'link', 'show', 'dev', 'silk-vtep'))?.[1];

    it('is made on the interface that holds the underlay address, with room for the tunnel header', async () => {
      await expect(onCell(() => ensureVtep(options))).resolves.toEqual({ name: 'silk-vtep', mtu: 1350, created: true });
      const shown = namespace.run('ip', '-d', 'addr', 'show', 'dev', 'silk-vtep');
      expect(shown).toContain('vxlan id 1 local 192.0.2.1 dev underlay');
      expect(shown).toMatch(/dstport 4789 .*nolearning.* gbp/);
      expect(shown).toContain('link/ether ee:ee:0a:ff:01:00');
      expect(shown).toContain('inet 10.255.1.0/16 scope link silk-vtep');
    });

    it('is left alone when it is as it should be', async () => {
      await onCell(() => ensureVtep(options));
      const before = index();
      await expect(onCell(() => ensureVtep(options))).resolves.toMatchObject({ created: false });
      expect(index()).toBe(before);
    });

    it.each<[string, () => void]>([
      [
        'another hardware address',
        () => namespace.run('ip', 'link', 'set', 'silk-vtep', 'address', 'ee:ee:00:00:00:01'),
      ],
      ['no address', () => namespace.run('ip', 'addr', 'flush', 'dev', 'silk-vtep')],
      ['been shut down', () => namespace.run('ip', 'link', 'set', 'silk-vtep', 'down')],
      [
        'no room for tags',
        () => {
          namespace.run('ip', 'link', 'delete', 'silk-vtep');
          namespace.run(
            'ip',
            'link',
            'add',
            'silk-vtep',
            'type',
            'vxlan',
            'id',
            '1',
            'dev',
            'underlay',
            'dstport',
            '4789',
          );
        },
      ],
    ])('is made anew when it has %s', async (_, spoil) => {
      await onCell(() => ensureVtep(options));
      const before = index();
      spoil();
      await expect(onCell(() => ensureVtep(options))).resolves.toMatchObject({ created: true });
      expect(index()).not.toBe(before);
    });

    it('says which address no interface holds', async () => {
      const failing = onCell(() => ensureVtep({ ...options, underlayAddress: '192.0.2.77' }));
      await expect(failing).rejects.toBeInstanceOf(DataplaneUnavailable);
      await expect(failing).rejects.toThrow('192.0.2.77');
    });

    it('can be removed, also twice', async () => {
      await onCell(() => ensureVtep(options));
      await onCell(() => removeVtep('silk-vtep'));
      await onCell(() => removeVtep('silk-vtep'));
      expect(namespace.run('ip', '-br', 'link')).not.toContain('silk-vtep');
    });
  });

  describe('the peers', () => {
    const held = () => ({
      routes: namespace
        .run('ip', 'route', 'show', 'dev', 'silk-vtep')
        .trim()
        .split(/ *\n */),
      neighbours: namespace
        .run('ip', 'neigh', 'show', 'dev', 'silk-vtep')
        .trim()
        .split(/ *\n */),
      forwarding: namespace
        .run('bridge', 'fdb', 'show', 'dev', 'silk-vtep')
        .trim()
        .split(/ *\n */),
    });
    const none = {
      routes: ['10.255.0.0/16 proto kernel scope link src 10.255.1.0'],
      neighbours: [''],
      forwarding: [''],
    };
    const second = {
      routes: ['10.255.0.0/16 proto kernel scope link src 10.255.1.0', '10.255.2.0/24 via 10.255.2.0 src 10.255.1.0'],
      neighbours: ['10.255.2.0 lladdr ee:ee:0a:ff:02:00 PERMANENT'],
      forwarding: ['ee:ee:0a:ff:02:00 dst 192.0.2.2 self permanent'],
    };

    beforeEach(() => onCell(() => ensureVtep(options)));

    it('get a route, a neighbour and a forwarding entry each, and lose them', async () => {
      const table = await onCell(() => PeerTable.open(tableOptions));
      await expect(onCell(() => table.converge([peer(2)]))).resolves.toEqual({ changed: true, malformed: [] });
      expect(held()).toEqual(second);
      await onCell(() => table.converge([]));
      expect(held()).toEqual(none);
    });

    it('are known again after a restart', async () => {
      await onCell(async () => (await PeerTable.open(tableOptions)).converge([peer(2), peer(3)]));
      const table = await onCell(() => PeerTable.open(tableOptions));
      await expect(onCell(() => table.converge([peer(2), peer(3)]))).resolves.toEqual({
        changed: false,
        malformed: [],
      });
      await onCell(() => table.converge([peer(2)]));
      expect(held()).toEqual(second);
    });

    it('are left alone when another one changes', async () => {
      const table = await onCell(() => PeerTable.open(tableOptions));
      const untouched = peer(2);
      await onCell(() => table.converge([untouched, peer(3)]));
      // A mark by hand: it goes if the entry is made anew.
      namespace.run(
        'ip',
        'neigh',
        'replace',
        '10.255.2.0',
        'lladdr',
        'ee:ee:99:99:99:99',
        'dev',
        'silk-vtep',
        'nud',
        'permanent',
      );
      await onCell(() => table.converge([untouched, { ...peer(3), underlayAddress: '192.0.2.33' }]));
      expect(held().neighbours).toContain('10.255.2.0 lladdr ee:ee:99:99:99:99 PERMANENT');
      expect(held().forwarding).toContain('ee:ee:0a:ff:03:00 dst 192.0.2.33 self permanent');
      expect(held().forwarding).toHaveLength(2);
    });

    it('are mended where others have changed them, once the kernel is read again', async () => {
      const table = await onCell(() => PeerTable.open(tableOptions));
      const peers = [peer(2)];
      await onCell(() => table.converge(peers));
      namespace.run('ip', 'route', 'del', '10.255.2.0/24');
      namespace.run('bridge', 'fdb', 'add', 'ee:ee:00:00:00:09', 'dev', 'silk-vtep', 'dst', '192.0.2.9', 'self');
      await expect(onCell(() => table.converge(peers))).resolves.toMatchObject({ changed: false });
      await onCell(() => table.reread());
      await expect(onCell(() => table.converge(peers))).resolves.toMatchObject({ changed: true });
      expect(held()).toEqual(second);
    });

    it('give a subnet from one to the other without a moment in which nobody has it', async () => {
      const table = await onCell(() => PeerTable.open(tableOptions));
      await onCell(() => table.converge([{ ...peer(2), cell: 'cell-9', underlayAddress: '192.0.2.9' }]));
      await onCell(() => table.converge([peer(2)]));
      expect(held()).toEqual(second);
    });

    it('are programmed without the malformed ones', async () => {
      const table = await onCell(() => PeerTable.open(tableOptions));
      const malformed = { ...peer(3), overlayHardwareAddress: 'ee:ee' };
      await expect(onCell(() => table.converge([malformed, peer(2)]))).resolves.toEqual({
        changed: true,
        malformed: [{ cell: 'cell-3', reason: "'ee:ee' is not a hardware address" }],
      });
      expect(held()).toEqual(second);
    });

    it('are programmed without the one the kernel refuses, which is tried again', async () => {
      const table = await onCell(() => PeerTable.open(tableOptions));
      // The kernel takes no forwarding entry for the address of all receivers.
      const refused = { ...peer(3), overlayHardwareAddress: 'ff:ff:ff:ff:ff:ff' };
      await expect(onCell(() => table.converge([refused, peer(2)]))).rejects.toMatchObject({
        name: 'PeersRefused',
        message: expect.stringMatching(
          /^the kernel refused 1 of 6 changes of peers: to put the forwarding entry ff:ff:ff:ff:ff:ff 192\.0\.2\.3: \w+ \(.+\)$/,
        ) as unknown,
      });
      expect(held()).toMatchObject({ neighbours: expect.arrayContaining(second.neighbours) as unknown });
      await onCell(() => table.converge([peer(2)]));
      expect(held()).toEqual(second);
    });

    it('are not programmed where there is no VTEP', async () => {
      const table = await onCell(() => PeerTable.open(tableOptions));
      await onCell(() => removeVtep('silk-vtep'));
      await expect(onCell(() => table.converge([peer(2)]))).rejects.toMatchObject({
        name: 'KernelRefused',
        message: 'there is no device silk-vtep',
      });
    });

    it('come and go by the thousand, and are all read again', async () => {
      const peers = Array.from({ length: 2_000 }, (_, n) => ({
        cell: `cell-${n}`,
        underlayAddress: '192.0.2.2',
        overlaySubnet: `10.255.${128 + (n >> 5)}.${(n & 31) * 8}/29`,
        overlayHardwareAddress: `ee:ee:0a:ff:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}`,
      }));
      const lines = () => Object.values(held()).map(({ length }) => length);
      const table = await onCell(() => PeerTable.open(tableOptions));
      await onCell(() => table.converge(peers));
      expect(lines()).toEqual([2_001, 2_000, 2_000]);
      const again = await onCell(() => PeerTable.open(tableOptions));
      await expect(onCell(() => again.converge([...peers]))).resolves.toEqual({ changed: false, malformed: [] });
      await onCell(() => again.converge([]));
      expect(held()).toEqual(none);
    });
  });
});
