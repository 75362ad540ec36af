import { describeAsRoot, nftables, overlayNetworks, peer, TwoCells, vtepOptions, vxlanPort } from '@heddle/testing';
import { PeerTable } from '../vxlan/peer-table';
import { ensureVtep } from '../vxlan/vtep';
import { checkOverlay } from './check-overlay';

describeAsRoot('the check of an overlay', () => {
  let cells: TwoCells;
  const here = () => cells.cells[0].namespace;
  const there = () => cells.cells[1].namespace;

  beforeAll(async () => {
    cells = await TwoCells.start('heddle-dp-check', nftables);
    // The kernel answers probes once a second; here it is asked more often.
    for (const cell of [here(), there()]) cell.run('sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0');
  }, 30_000);
  afterAll(() => cells.stop());

  const check = (probed = [peer(2)]) =>
    here().within(() => checkOverlay({ vtep: vtepOptions(1), peers: [peer(2)], probed, secondTryAfterMs: 0 }));
  /** What is found while it is as `plant` leaves it; `mend` puts it back. */
  const found = async (plant: () => void, mend: () => void, probed?: ReturnType<typeof peer>[]) => {
    plant();
    try {
      return (await check(probed)).findings;
    } finally {
      mend();
    }
  };
  const codes = (findings: readonly { code: string; peer: string | null }[]) =>
    findings.map(({ code, peer: about }) => (about === null ? code : `${code} ${about}`));
  const ip = (text: string) => () => void here().run('ip', ...text.split(' '));
  const nothing = () => {};
  /** The cell's VTEP and its peer, as they should be. */
  const anew = () =>
    here().within(async () => {
      await ensureVtep(vtepOptions(1));
      const table = await PeerTable.open({ vtep: 'silk-vtep', overlayNetworks, overlaySubnet: '10.255.1.0/24' });
      await table.converge([peer(2)]);
    });

  it('finds nothing where all is well', async () =>
    expect(await check()).toEqual({ peers: 1, probed: ['cell-2'], findings: [] }));

  it('names a missing route, neighbour and forwarding entry of a peer, and what is there instead', async () => {
    const route = 'route %s 10.255.2.0/24 via 10.255.2.0 src 10.255.1.0 dev silk-vtep';
    expect(codes(await found(ip(route.replace('%s', 'del')), ip(route.replace('%s', 'add')), []))).toEqual([
      'missing-route cell-2',
    ]);
    const neighbour = (mac: string) => ip(`neigh replace 10.255.2.0 lladdr ${mac} dev silk-vtep nud permanent`);
    const [wrong] = await found(neighbour('ee:ee:00:00:00:09'), neighbour('ee:ee:0a:ff:02:00'), []);
    expect(wrong).toMatchObject({ code: 'missing-neighbour', peer: 'cell-2' });
    expect(wrong?.message).toContain('(there is ee:ee:00:00:00:09)');
    const forwarding = (verb: string) => () =>
      void here().run('bridge', 'fdb', verb, 'ee:ee:0a:ff:02:00', 'dev', 'silk-vtep', 'dst', '192.0.2.2', 'self');
    expect(codes(await found(forwarding('del'), forwarding('add'), []))).toEqual(['missing-forwarding cell-2']);
  });

  /** From here on the other cell drops what comes out of the tunnels and matches. */
  const dropping = (match: string) => () =>
    void there().run(
      'nft',
      `add table ip broken { chain input { type filter hook input priority -50; iifname "silk-vtep" ${match} drop; }; }`,
    );
  const droppingNoMore = () => void there().run('nft', 'delete table ip broken');

  it('names a peer that is silent', async () =>
    expect(codes(await found(dropping(''), droppingNoMore))).toEqual(['peer-silent cell-2']));

  it('names a network between the cells that lets less through', async () => {
    const mtu = (bytes: number) => () => void there().run('ip', 'link', 'set', 'underlay', 'mtu', String(bytes));
    const [finding] = await found(mtu(1_400), mtu(1_500));
    expect(finding).toMatchObject({ code: 'mtu-too-small', peer: 'cell-2' });
    expect(finding?.message).toContain(
      'packets of 1450 bytes to cell-2 at 192.0.2.2 are lost and those of 1230 arrive',
    );
  });

  it('names a device under the tunnels that lets less through', async () => {
    const mtu = (bytes: number) => () => {
      here().run('ip', 'link', 'set', 'underlay', 'mtu', String(bytes));
      here().run('ip', 'link', 'set', 'silk-vtep', 'mtu', '1450');
    };
    const findings = await found(() => here().run('ip', 'link', 'set', 'underlay', 'mtu', '1480'), mtu(1_500), []);
    expect(codes(findings)).toEqual(['mtu-too-small']);
  });

  it('names a device that spoils checksums: what has none arrives', async () =>
    expect(codes(await found(dropping('udp checksum != 0'), droppingNoMore))).toEqual(['checksum-offload cell-2']));

  it('names another device on the port, and a VTEP that cannot come up beside it', async () => {
    const clash = () => {
      here().run('ip', 'link', 'set', 'silk-vtep', 'down');
      here().run(
        'ip',
        'link',
        'add',
        'nsx',
        'type',
        'vxlan',
        'id',
        '9',
        'dstport',
        String(vxlanPort),
        'dev',
        'underlay',
      );
      here().run('ip', 'link', 'set', 'nsx', 'up');
    };
    const findings = await found(clash, () => here().run('ip', 'link', 'del', 'nsx'), []);
    expect(codes(findings).slice(0, 2)).toEqual(['port-clash', 'vtep-down']);
    expect(findings[0]?.message).toContain('the VXLAN device nsx');
    await anew();
  });

  it('names a wrong hardware address, and a VTEP that is missing', async () => {
    const spoiled = await found(ip('link set silk-vtep address ee:ee:00:00:00:01'), nothing, []);
    expect(codes(spoiled)).toContain('wrong-hardware-address');
    expect(codes(await found(ip('link del silk-vtep'), nothing, []))).toEqual(['vtep-missing']);
    await anew();
    expect((await check()).findings).toEqual([]);
  });
});
