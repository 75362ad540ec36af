import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeAsRoot } from '@heddle/testing';
import { fails, Guardian, NOTHING, withDescriptor } from '../support/guardian';
import { ScriptedPlugins, SCRIPTED_REQUEST } from '../support/scripted-plugins';

/** Each start is a process, on a machine that may be busy. */
const LONG_MS = 120_000;

const MAPPED = [
  { host_port: 12_345, container_port: 7000 },
  { host_port: 61_000, container_port: 7000 },
  { host_port: 61_001, container_port: 7001 },
];

jest.setTimeout(LONG_MS);

/**
 * The rows of the suite of garden-external-networker and the black-box case 18, with plugins that say how they were started. What fails
 * and dies is in garden-networker-faults.spec.ts, what real plugins and packets make of it in garden.spec.ts.
 */
describeAsRoot('what Guardian asks of heddle-garden-networker', () => {
  let guardian: Guardian;
  let plugins: ScriptedPlugins;

  beforeAll(() => {
    guardian = new Guardian('hgar');
    plugins = new ScriptedPlugins(guardian);
  });
  afterAll(() => guardian?.stop());
  afterEach(() => plugins.reset());

  describe('that cannot be asked', () => {
    it.each([[[]], [['-h']], [['--help']]])('%j says what this is', async (args) =>
      expect(await guardian.run(args, 'invalid json')).toEqual(
        fails(/^cfnetworking: this is a plugin for Garden-runC\. {2}Don't run it directly\.\n$/),
      ),
    );

    it.each<[string, string, RegExp]>([
      ['unknown flags', '--banana', /^cfnetworking: parse args: flag provided but not defined: -banana\n$/],
      ['other words', 'something-else', /^prefix: parse args: unexpected extra args: \[something-else\]\n$/],
    ])('with %s', async (_, extra, words) => {
      const args = guardian.args('up', 'c1', guardian.writeConfig({ log_prefix: 'prefix' }));
      expect(await guardian.run([...args, extra], {})).toEqual(fails(words));
    });

    it.each([
      ['configFile', 'cfnetworking'],
      ['action', 'prefix'],
      ['handle', 'prefix'],
    ])('without --%s', async (missing, prefix) => {
      const config = guardian.writeConfig({ log_prefix: 'prefix' });
      const flags = [`--action=up`, `--handle=c1`, `--configFile=${config}`];
      const left = flags.filter((flag) => !flag.startsWith(`--${missing}`));
      expect(await guardian.run(left, {})).toEqual(
        fails(new RegExp(`^${prefix}: parse args: missing required flag '${missing}'\n$`)),
      );
    });

    it.each([
      ['cni_plugin_dir', 'prefix'],
      ['state_file', 'prefix'],
      ['proxy_uid', 'prefix'],
      ['log_prefix', 'cfnetworking'],
    ])('where the configuration does not say %s', async (key, prefix) => {
      const config = guardian.writeConfig({ log_prefix: 'prefix', [key]: undefined });
      expect(await guardian.run(guardian.args('up', 'c1', config), {})).toEqual(
        fails(new RegExp(`^${prefix}: parse args: missing required config '${key}'\n$`)),
      );
    });

    it('where there is no configuration, or it is none', async () => {
      expect(await guardian.run(guardian.args('up', 'c1', '/none.json'), {})).toEqual(
        fails(/^cfnetworking: parse args: reading config file: ENOENT/),
      );
      expect(await guardian.run(guardian.args('up', 'c1', join(guardian.pluginDir, 'first')), {})).toEqual(
        fails(/^cfnetworking: parse args: parsing config \(/),
      );
    });

    it.each(['net-in', 'net-out', 'bulk-net-out', 'some-invalid-action'])('as %s', async (action) =>
      expect(await guardian.run(guardian.args(action, 'c1'), {})).toEqual(
        fails(new RegExp(`^cfnetworking: unrecognized action: ${action}\n$`)),
      ),
    );

    it.each<[string, unknown, RegExp]>([
      ['no JSON', '{{{bad', /^cfnetworking: standard input: /],
      ['a process that is no number', { pid: 'not-a-number' }, /^cfnetworking: Pid: must be the number of a process/],
      ['neither a process nor descriptor 3', { pid: 0 }, /^cfnetworking: failed mounting \/proc\/\d+\/fd\/3 to /],
      ['a process that has ended', { pid: 2 ** 22 + 1 }, /^cfnetworking: failed mounting \/proc\/4194305\/ns\/net to /],
      [
        'a port that is none',
        { netin: [{ host_port: 70_000 }] },
        /^cfnetworking: netin\[0\]\.host_port: must be a port/,
      ],
    ])('with %s', async (_, stdin, words) => {
      expect(await guardian.run(guardian.args('up', 'c1'), stdin)).toEqual(fails(words));
      expect(guardian.remains()).toEqual(NOTHING);
    });

    it('where there is no network', async () => {
      const config = guardian.writeConfig({ cni_config_dir: guardian.pluginDir });
      expect(await guardian.up('c1', {}, config)).toEqual(fails(/^cfnetworking: load cni config: .* has neither a /));
      expect(guardian.remains()).toEqual(NOTHING);
      guardian.destroy('c1');
    });
  });

  it('up puts a container on the network, and down takes it off', async () => {
    const config = guardian.writeConfig({ search_domains: ['pivotal.io', 'foo.bar'] });
    const { pid } = await guardian.container('c1');
    const up = await guardian.up('c1', SCRIPTED_REQUEST, config);
    expect({ ...up, stdout: JSON.parse(up.stdout) as unknown }).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: {
        properties: {
          'garden.network.container-ip': '169.254.1.2',
          'garden.network.host-ip': '255.255.255.255',
          'garden.network.interface': 'eth0',
          'garden.network.mapped-ports':
            '[{"HostPort":12345,"ContainerPort":7000},{"HostPort":61000,"ContainerPort":7000},{"HostPort":61001,"ContainerPort":7001}]',
        },
        dns_servers: ['1.2.3.4'],
        search_domains: ['pivotal.io', 'foo.bar'],
      },
    });
    const handle = guardian.handle('c1');
    const asked = {
      containerId: handle,
      netns: guardian.pin('c1'),
      ifname: 'eth0',
      args: '',
      path: guardian.pluginDir,
    };
    const said = {
      ...{ name: 'some-net', cniVersion: '1.0.0', metadata: SCRIPTED_REQUEST.Properties },
      runtimeConfig: { portMappings: MAPPED, netOutRules: SCRIPTED_REQUEST.netout_rules },
    };
    const [first, second] = plugins.calls();
    expect([first, second]).toEqual([
      { plugin: 'first', command: 'ADD', ...asked, config: { type: 'first', ...said } },
      {
        ...{ plugin: 'second', command: 'ADD', ...asked },
        config: { type: 'second', rate: 7, ...said, prevResult: expect.any(Object) as object },
      },
    ]);
    const { prevResult } = second?.config ?? {};
    expect(statSync(guardian.pin('c1')).ino).toBe(statSync(`/proc/${pid}/ns/net`).ino);
    expect(guardian.remains()).toEqual({
      ...{ pins: [handle], ports: { [handle]: [61_000, 61_001] }, results: [`some-net-${handle}-eth0`], locks: [] },
    });

    plugins.reset();
    expect(await guardian.down('c1', config)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const named = { name: 'some-net', cniVersion: '1.0.0', prevResult };
    expect(plugins.calls()).toEqual([
      { plugin: 'second', command: 'DEL', ...asked, config: { type: 'second', rate: 7, ...named } },
      { plugin: 'first', command: 'DEL', ...asked, config: { type: 'first', ...named } },
    ]);
    expect(guardian.remains()).toEqual(NOTHING);
    expect(await guardian.down('c1', config)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    guardian.destroy('c1');
    expect(await guardian.down('never')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(plugins.calls().at(-1)).toMatchObject({ command: 'DEL', netns: '' });
    expect(guardian.remains()).toEqual(NOTHING);
  });

  it('a namespace may be given as descriptor 3', async () => {
    const { namespace } = await guardian.container('c1');
    const up = await withDescriptor(namespace.path, (descriptor) =>
      guardian.run(guardian.args('up', 'c1'), { Pid: 0 }, descriptor),
    );
    expect(up).toMatchObject({ exitCode: 0, stderr: '' });
    expect(statSync(guardian.pin('c1')).ino).toBe(statSync(namespace.path).ino);
    await guardian.remove('c1');
  });

  it('says nothing of name servers and domains where there are none', async () => {
    plugins.result({ dns: {} });
    expect(Object.keys(JSON.parse((await guardian.up('c1')).stdout) as object)).toEqual(['properties']);
    await guardian.remove('c1');
  });

  it('ports: 0 twice is 61000 and 61001, what is named stays, and down frees them', async () => {
    const ports = async (id: string, ...wanted: number[]) => {
      const netin = wanted.map((host_port) => ({ host_port, container_port: 8080 }));
      const { stdout, stderr } = await guardian.up(id, { netin });
      if (stdout === '') return stderr;
      const { properties } = JSON.parse(stdout) as { properties: Record<string, string> };
      const mapped = JSON.parse(properties['garden.network.mapped-ports'] ?? '') as { HostPort: number }[];
      return mapped.map(({ HostPort }) => HostPort);
    };
    expect(await ports('c1', 0, 0)).toEqual([61_000, 61_001]);
    expect(await ports('c2', 0, 40_000, 61_001)).toEqual([61_002, 40_000, 61_001]);
    await guardian.remove('c1');
    expect(await ports('c3', 0)).toEqual([61_000]);
    expect(await ports('c4')).toEqual([]);
    expect(guardian.remains().ports).toEqual({ [guardian.handle('c2')]: [61_002], [guardian.handle('c3')]: [61_000] });
    for (const id of ['c2', 'c3', 'c4']) await guardian.remove(id);
    expect(guardian.remains()).toEqual(NOTHING);
  });

  it('ports that are all taken are no reason to leave anything, and a file that is broken is named', async () => {
    const config = guardian.writeConfig({ total_ports: 2 });
    const netin = [{ container_port: 1 }, { container_port: 2 }];
    expect(await guardian.up('c1', { netin: netin.slice(1) }, config)).toMatchObject({ exitCode: 0 });
    expect(await guardian.up('c2', { netin }, config)).toEqual(
      fails(
        /^cfnetworking: allocating port: acquire port: port pool exhausted: 2 asked for, 1 of 61000-61001 are free\n$/,
      ),
    );
    expect(guardian.remains()).toMatchObject({ pins: [guardian.handle('c1')], locks: [] });
    // It was never asked to come, so it need not go.
    expect(plugins.asked()).toEqual(['ADD first', 'ADD second']);
    await guardian.remove('c1');
    writeFileSync(guardian.stateFile, '{"acquired_po');
    expect(await guardian.up('c2', { netin }, config)).toEqual(fails(/ports\.json.*: decoding state file: /));
    writeFileSync(guardian.stateFile, '');
    expect(await guardian.up('c2', { netin }, config)).toMatchObject({ exitCode: 0 });
    await guardian.remove('c2');
  });

  describe('the proxy of a container', () => {
    const rulesIn = async (id: string) => {
      const { namespace } = await guardian.container(id);
      return namespace
        .run('iptables', '-w', '-t', 'nat', '-S')
        .split('\n')
        .filter((line) => line.includes('REDIRECT'));
    };

    it.each<[object, string[]]>([
      [{}, []],
      [
        { proxy_redirect_cidr: '10.255.0.0/16', proxy_port: 9999 },
        ['-A OUTPUT -d 10.255.0.0/16 -p tcp -j REDIRECT --to-ports 9999'],
      ],
      [{ enable_ingress_proxy_redirect: true }, ['-A PREROUTING -p tcp -j REDIRECT --to-ports 15001']],
    ])('with %j', async (members, rules) => {
      const config = guardian.writeConfig(members as Record<string, unknown>);
      expect(await guardian.up('c1', {}, config)).toMatchObject({ exitCode: 0, stderr: '' });
      expect(await rulesIn('c1')).toEqual(rules);
      // Asked again, there are as many.
      await guardian.up('c1', {}, config);
      expect(await rulesIn('c1')).toEqual(rules);
      await guardian.remove('c1');
    });

    it('that cannot be led to: nothing is left', async () => {
      const { pid } = await guardian.container('c1');
      const args = guardian.args('up', 'c1', guardian.writeConfig({ proxy_redirect_cidr: '10.255.0.0/16' }));
      plugins.does('second', 'ADD', `rm -f ${guardian.pluginDir}/first.DEL; umount -l "$CNI_NETNS"`);
      expect(await guardian.run(args, { Pid: pid })).toEqual(
        fails(/^cfnetworking: proxy redirect apply: do in container: nsenter /),
      );
      expect(plugins.asked().slice(2)).toEqual(['DEL second', 'DEL first']);
      expect(guardian.remains()).toEqual(NOTHING);
    });
  });
});
