import { addresses, describeAsRoot, echoTcp, nftables, tryTcp, TwoCells } from '@heddle/testing';
import { attachContainer } from './attach-container';
import { TrackedConnections } from '../connections/tracked-connections';
import { detachContainer } from './detach-container';
import { listHostInterfaces } from './host-interfaces';

describeAsRoot('containers on a cell', () => {
  let cells: TwoCells;
  const onCell = <T>(task: () => T | Promise<T>) => cells.cellOf('web').namespace.within(task);
  const attachment = () => ({
    netns: cells.containers.web.path,
    address: addresses.web,
    mtu: 1450,
    containerInterface: 'eth0',
  });

  beforeAll(async () => {
    cells = await TwoCells.start('heddle-dp-containers', nftables);
  }, 30_000);
  afterAll(() => cells.stop());

  it('have a pair with static neighbours, one gateway and the MTU of the tunnels', () => {
    const { web } = cells.containers;
    const host = cells.cellOf('web').namespace;
    expect(web.run('ip', '-br', 'link', 'show', 'dev', 'eth0')).toMatch(/^eth0@\S+\s+UP\s+ee:ee:0a:ff:01:02 <.*NOARP/);
    expect(web.run('ip', 'link', 'show', 'dev', 'eth0')).toContain('mtu 1450');
    expect(web.run('ip', '-br', '-4', 'addr')).toMatch(/eth0@\S+\s+UP\s+10\.255\.1\.2 peer 169\.254\.0\.1\/32/);
    expect(web.run('ip', 'route')).toContain('default via 169.254.0.1 dev eth0 src 10.255.1.2');
    expect(web.run('ip', 'neigh')).toMatch(/169\.254\.0\.1 dev eth0 lladdr aa:aa:0a:ff:01:02 PERMANENT/);
    expect(web.run('ip', '-br', 'link', 'show', 'dev', 'lo')).toContain('UP');
    expect(web.run('ip', '-6', 'addr', 'show', 'dev', 'eth0')).toBe('');
    expect(host.run('ip', '-br', 'link', 'show', 'dev', 's-010255001002')).toMatch(/UP\s+aa:aa:0a:ff:01:02 <.*NOARP/);
    expect(host.run('ip', 'neigh')).toMatch(/10\.255\.1\.2 dev s-010255001002 lladdr ee:ee:0a:ff:01:02 PERMANENT/);
    expect(host.run('sysctl', '-n', 'net.ipv4.conf.s-010255001002.rp_filter').trim()).toBe('1');
  });

  it('are listed by the names of their host sides', async () => {
    expect(await onCell(listHostInterfaces)).toEqual(['s-010255001002', 's-010255001003']);
  });

  it('can be taken off, also twice, and put on again', async () => {
    await onCell(() => detachContainer(addresses.web));
    await onCell(() => detachContainer(addresses.web));
    expect(await onCell(listHostInterfaces)).toEqual(['s-010255001003']);
    expect(cells.containers.web.run('ip', '-br', 'link')).not.toContain('eth0');
    await onCell(() => attachContainer(attachment()));
    expect(await onCell(listHostInterfaces)).toEqual(['s-010255001002', 's-010255001003']);
  });

  it('are not put on twice; the first stays as it was', async () => {
    const before = cells.cellOf('web').namespace.run('ip', '-br', 'addr');
    await expect(onCell(() => attachContainer(attachment()))).rejects.toMatchObject({ name: 'CommandFailed' });
    expect(cells.cellOf('web').namespace.run('ip', '-br', 'addr')).toBe(before);
  });

  it('leave nothing behind when a step fails', async () => {
    // Both ends can be made, but no route can have this source.
    const wrong = { ...attachment(), address: '0.0.0.0', containerInterface: 'eth1' };
    await expect(onCell(() => attachContainer(wrong))).rejects.toMatchObject({ name: 'CommandFailed' });
    expect(await onCell(listHostInterfaces)).toEqual(['s-010255001002', 's-010255001003']);
    expect(cells.containers.web.run('ip', '-br', 'link')).not.toContain('eth1');
  });

  it.each([
    { netns: '/run/netns/x; reboot', containerInterface: 'eth0' },
    { netns: '/run/netns/x', containerInterface: 'eth0 up' },
  ])('are refused when a word of theirs is more than a word: %j', async (words) => {
    await expect(attachContainer({ ...attachment(), ...words })).rejects.toThrow(RangeError);
  });

  it('are forgotten with their connections', async () => {
    await cells.allow({ from: 'web', to: 'api', start: 8080 });
    const listener = await echoTcp(cells.containers.api, [8080]);
    const outcome = await tryTcp(cells.containers.web, addresses.api, 8080);
    await listener.close();
    expect(outcome).toMatchObject({ result: 'answered' });
    const connections = await onCell(() => TrackedConnections.open());
    await expect(connections.forget(addresses.api)).resolves.toBeGreaterThan(0);
    await expect(connections.forget(addresses.api)).resolves.toBe(0);
    await expect(connections.forget(addresses.web)).resolves.toBe(0);
    await connections.close();
  });
});
