import { describeAsRoot, NetworkNamespace } from '@heddle/testing';
import { adoptLink, checkAdopted, releaseLink } from './adopt-link';

const NAME = 's-010099000002';

describeAsRoot('a link that another plugin has made', () => {
  let host: NetworkNamespace;
  let container: NetworkNamespace;
  const link = (members = {}) => ({
    ...{ netns: container.path, containerInterface: 'eth0', address: '10.99.0.2', hostInterfaces: ['br0', 'veth1'] },
    ...members,
  });
  const onHost = <T>(task: () => Promise<T>) => host.within(task);
  const linksOnHost = () => host.run('ip', '-br', 'link');

  beforeAll(() => {
    host = NetworkNamespace.create('heddle-dp-adopt');
    container = NetworkNamespace.create('heddle-dp-adopted');
  });
  beforeEach(() => {
    host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    host.run('ip', 'link', 'add', 'veth1', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', container.path);
    host.run('ip', 'link', 'set', 'veth1', 'master', 'br0', 'up');
    container.run('ip', 'addr', 'add', '10.99.0.2/24', 'dev', 'eth0');
    container.run('ip', 'link', 'set', 'eth0', 'up');
  });
  afterEach(() => {
    for (const name of ['br0', 'veth1', NAME]) if (host.has(name)) host.run('ip', 'link', 'delete', name);
  });
  afterAll(() => {
    for (const each of [host, container]) each.delete();
  });

  it('leaves its bridge, is routed to, and is found by both names; also when it is taken over again', async () => {
    for (let time = 0; time < 2; time++) {
      await onHost(() => adoptLink(link()));
      await expect(onHost(() => checkAdopted(link()))).resolves.toEqual([]);
    }
    expect(host.run('ip', 'link', 'show', 'dev', 'veth1')).toMatch(new RegExp(`${NAME}@.*\\bUP\\b`));
    expect(host.run('ip', 'link', 'show', 'master', 'br0')).toBe('');
    expect(host.run('ip', 'route')).toContain(`10.99.0.2 dev ${NAME} scope link`);
    expect(host.run('ip', 'neigh')).toMatch(new RegExp(`10.99.0.2 dev ${NAME} lladdr .* PERMANENT`));
  });

  it('is given back down, outside of the bridge, and under its own name; also twice', async () => {
    await onHost(() => adoptLink(link()));
    await onHost(() => releaseLink('10.99.0.2'));
    await onHost(() => releaseLink('10.99.0.2'));
    expect(linksOnHost()).toMatch(/^veth1@\S+\s+DOWN/m);
    expect(host.run('ip', 'link', 'show', 'master', 'br0')).toBe('');
    await expect(onHost(() => checkAdopted(link()))).resolves.toEqual([`the interface ${NAME} is not on this cell`]);
  });

  it.each([{ hostInterfaces: ['br0'] }, { address: '10.99.0.3' }, { containerInterface: 'eth1' }])(
    'is left as it is when it is not as said: %j',
    async (members) => {
      const before = host.run('ip', '-o', 'link');
      await expect(onHost(() => adoptLink(link(members)))).rejects.toMatchObject({ name: 'KernelRefused' });
      expect(host.run('ip', '-o', 'link')).toBe(before);
    },
  );

  it.each([
    ['link set s-010099000002 master br0', 'a port of a bridge'],
    ['link set s-010099000002 down', 'is down'],
    ['route del 10.99.0.2/32', 'no route leads to 10.99.0.2'],
  ])('after `ip %s` is said to be different', async (command, words) => {
    await onHost(() => adoptLink(link()));
    host.run('ip', ...command.split(' '));
    const different = await onHost(() => checkAdopted(link()));
    expect(different.join()).toContain(words);
  });
});
