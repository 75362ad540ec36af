import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describeAsRoot } from '@heddle/testing';
import { fails, Guardian, NOTHING } from '../support/guardian';
import { until } from '../support/processes';
import { ScriptedPlugins, SCRIPTED_NETWORK, SCRIPTED_REQUEST } from '../support/scripted-plugins';

/** Each start is a process, on a machine that may be busy. */
const LONG_MS = 120_000;
const MANY_MS = 600_000;

jest.setTimeout(LONG_MS);

/** As garden-networker.spec.ts; plugins and networkers that fail, that die, and that are many. */
describeAsRoot('what heddle-garden-networker leaves behind', () => {
  let guardian: Guardian;
  let plugins: ScriptedPlugins;

  beforeAll(() => {
    guardian = new Guardian('hgaf');
    plugins = new ScriptedPlugins(guardian);
  });
  afterAll(() => guardian?.stop());
  afterEach(() => plugins.reset());

  describe('plugins that fail', () => {
    it.each<[string, string, string]>([
      ['in the words of the specification', `echo '{"code":7,"msg":"no","details":"way"}'; exit 1`, 'no; way'],
      ['without a word', 'exit 3', 'exit code 3'],
      ['by a signal', 'kill -9 $$', 'ended by SIGKILL'],
    ])('%s: nothing is left', async (_, words, said) => {
      plugins.does('second', 'ADD', words);
      expect(await guardian.up('c1', SCRIPTED_REQUEST)).toEqual(
        fails(
          new RegExp(
            `^cfnetworking: cni up failed: add network list failed: plugin type="second" failed \\(add\\): ${said}\n$`,
          ),
        ),
      );
      expect(plugins.asked()).toEqual(['ADD first', 'ADD second', 'DEL second', 'DEL first']);
      expect(guardian.remains()).toEqual(NOTHING);
    });

    it.each<[string, string, RegExp]>([
      ['no result', 'echo []; exit 0', /plugin type="second" has no result: must be a JSON object/],
      ['no address', `echo '{"ips":[]}'; exit 0`, /^cfnetworking: expected an IPv4 address in the CNI result\n$/],
    ])('with %s: nothing is left', async (_, words, said) => {
      plugins.does('second', 'ADD', words);
      expect(await guardian.up('c1', SCRIPTED_REQUEST)).toEqual(fails(said));
      expect(guardian.remains()).toEqual(NOTHING);
    });

    it('that are not there: none begins', async () => {
      guardian.writeNetwork({ ...SCRIPTED_NETWORK, plugins: [{ type: 'first' }, { type: 'absent' }] });
      expect(await guardian.up('c1')).toEqual(
        fails(/^cfnetworking: cni up failed: add .*: failed to find plugin "absent" in path \[.*\]\n$/),
      );
      expect(plugins.asked()).toEqual([]);
      expect(guardian.remains()).toEqual(NOTHING);
    });

    it('when a container goes: everything stays for the next time', async () => {
      await guardian.up('c1', SCRIPTED_REQUEST);
      const before = guardian.remains();
      plugins.does('first', 'DEL', `echo '{"code":11,"msg":"later"}'; exit 1`);
      const later = fails(/^cfnetworking: cni down: del network failed: plugin type="first" failed \(del\): later\n$/);
      expect(await guardian.down('c1')).toEqual(later);
      expect(guardian.remains()).toEqual(before);
      plugins.reset();
      await guardian.remove('c1');
      expect(guardian.remains()).toEqual(NOTHING);
    });
  });

  it('a container goes by the way that it came, whatever the network is by then', async () => {
    await guardian.up('c1');
    guardian.writeNetwork({ ...SCRIPTED_NETWORK, name: 'other-net', plugins: [{ type: 'third' }] });
    await guardian.remove('c1');
    expect(plugins.asked()).toEqual(['ADD first', 'ADD second', 'DEL second', 'DEL first']);
    expect(guardian.remains()).toEqual(NOTHING);
  });

  it('goes by what Cloud Foundry’s networker has kept of it, and gives back the ports that it had', async () => {
    const handle = guardian.handle('older');
    const list = { ...SCRIPTED_NETWORK, plugins: [{ type: 'third' }] };
    const result = { cniVersion: '1.0.0', ips: [] };
    guardian.keepAsGo('older', list, result);
    mkdirSync(dirname(guardian.stateFile), { recursive: true });
    writeFileSync(guardian.stateFile, JSON.stringify({ acquired_ports: { [handle]: [61_000], other: [61_001] } }));
    expect(await guardian.down('older')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(plugins.calls()).toMatchObject([{ plugin: 'third', command: 'DEL', config: { prevResult: result } }]);
    expect(guardian.remains()).toEqual({ ...NOTHING, ports: { other: [61_001] } });
    rmSync(guardian.stateFile);
  });

  it('without a kept result, and with its pin cut off, it goes by the network that is there', async () => {
    const { namespace } = await guardian.container('c1');
    writeFileSync(guardian.pin('c1'), '');
    expect(await guardian.down('c1')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(existsSync(guardian.pin('c1'))).toBe(false);
    expect(plugins.calls().map(({ netns, config }) => [netns, 'prevResult' in config])).toEqual(
      Array(2).fill(['', false]),
    );
    writeFileSync(guardian.pin('c1'), '');
    expect(await guardian.up('c1')).toMatchObject({ exitCode: 0 });
    expect(statSync(guardian.pin('c1')).ino).toBe(statSync(namespace.path).ino);
    await guardian.remove('c1');
  });

  describe('a networker that is killed', () => {
    const file = (name: string) => join(guardian.directory, name);
    afterEach(() => {
      for (const name of ['go-on', 'ended']) rmSync(file(name), { force: true });
    });

    /** The plugin that it had started goes on, as far as it is let. */
    const killedAtAdd = async (id: string) => {
      plugins.does('second', 'ADD', `while [ ! -f ${file('go-on')} ]; do sleep 0.05; done; touch ${file('ended')}`);
      plugins.does('second', 'DEL', `[ -f ${file('ended')} ] || exit 1`);
      const { pid } = await guardian.container(id);
      const { child } = guardian.start(guardian.args('up', id), { Pid: pid, ...SCRIPTED_REQUEST });
      await until('the second plugin works', () => plugins.asked().includes('ADD second'));
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(guardian.remains()).toMatchObject({ pins: [guardian.handle(id)], results: [] });
    };

    it('down clears away what is left, and does not do so before the plugins are done', async () => {
      await killedAtAdd('c1');
      const down = guardian.down('c1');
      // Time to do the wrong thing.
      await delay(500);
      writeFileSync(file('go-on'), '');
      expect(await down).toMatchObject({ exitCode: 0, stderr: '' });
      expect(plugins.asked()).toEqual(['ADD first', 'ADD second', 'DEL second', 'DEL first']);
      expect(guardian.remains()).toEqual(NOTHING);
      guardian.destroy('c1');
    });

    it('up clears it away first, and then does its own', async () => {
      await killedAtAdd('c2');
      writeFileSync(file('go-on'), '');
      const { properties } = await guardian.bringUp('c2', 'web', { netin: SCRIPTED_REQUEST.netin });
      expect(plugins.asked()).toEqual([
        ...['ADD first', 'ADD second', 'DEL second', 'DEL first', 'ADD first', 'ADD second'],
      ]);
      expect(properties['garden.network.mapped-ports']).toContain('61000');
      expect(guardian.remains().ports).toEqual({ [guardian.handle('c2')]: [61_000, 61_001] });
      await guardian.remove('c2');
      expect(guardian.remains()).toEqual(NOTHING);
    });
  });

  it('of one container, what is asked is done one after the other, however many ask and whenever', async () => {
    const busy = join(guardian.directory, 'busy');
    for (const name of ['first', 'second'])
      plugins.does(name, 'DEL', `mkdir ${busy} || exit 1; sleep 0.1; rmdir ${busy}`);
    const some = () => Array.from({ length: 5 }, () => guardian.down('c1'));
    const early = some();
    // Those that come when one of the others has just ended, and taken its lock with it.
    await Promise.race(early);
    const late = some();
    for (const down of [...early, ...late]) expect(await down).toMatchObject({ exitCode: 0, stderr: '' });
    expect(guardian.remains()).toEqual(NOTHING);
  });

  it(
    'fifty at once: no port is given twice, none is skipped, and all come back',
    async () => {
      const ids = Array.from({ length: 50 }, (_, i) => `many${i}`);
      for (const id of ids) await guardian.container(id);
      const added = await Promise.all(ids.map((id) => guardian.bringUp(id, 'web', { netin: SCRIPTED_REQUEST.netin })));
      const given = added.flatMap(({ properties }) => {
        const mapped = JSON.parse(properties['garden.network.mapped-ports'] ?? '') as { HostPort: number }[];
        return mapped.map(({ HostPort }) => HostPort).filter((port) => port !== 12_345);
      });
      expect(given.sort()).toEqual(Array.from({ length: 100 }, (_, i) => 61_000 + i));
      // Half of them go while others come.
      const [leaving, staying] = [ids.slice(0, 25), ids.slice(25)];
      const coming = leaving.map((id) => `${id}-again`);
      for (const id of coming) await guardian.container(id);
      await Promise.all([
        ...leaving.map((id) => guardian.remove(id)),
        ...coming.map((id) => guardian.bringUp(id, 'web', { netin: SCRIPTED_REQUEST.netin })),
      ]);
      const held = Object.values(guardian.remains().ports as Record<string, number[]>).flat();
      expect([held.length, new Set(held).size]).toEqual([100, 100]);
      await Promise.all([...staying, ...coming].map((id) => guardian.remove(id)));
      expect(guardian.remains()).toEqual(NOTHING);
    },
    MANY_MS,
  );
});
