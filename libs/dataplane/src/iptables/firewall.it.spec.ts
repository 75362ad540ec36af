import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { CellState } from '@heddle/calc';
import { describeAsRoot, NetworkNamespace, stateOf, tableOptions } from '@heddle/testing';
import { KernelRefused } from '../kernel-refused';
import { IptablesFirewall } from './firewall';
import { IptablesCommand } from './iptables-command';

const nothing: CellState = { containers: [], peers: [] };

describeAsRoot('Heddle’s chains among those of others', () => {
  let namespace: NetworkNamespace;
  const forward = () => namespace.run('iptables-legacy', '-S', 'FORWARD').trim().split('\n');

  beforeEach(() => {
    namespace = NetworkNamespace.create('heddle-dp-iptables');
  });
  afterEach(() => namespace.delete());
  const open = async (lockWaitSeconds?: number) =>
    IptablesFirewall.open(await IptablesCommand.open('iptables-legacy', lockWaitSeconds), tableOptions);

  it('are entered first, once, and again first when others have come before', () =>
    namespace.within(async () => {
      namespace.run('iptables-legacy', '-A', 'FORWARD', '-j', 'ACCEPT');
      const firewall = await open();
      const wanted = ['-P FORWARD ACCEPT', '-A FORWARD -j heddle-forward', '-A FORWARD -j ACCEPT'];
      expect(forward()).toEqual(wanted);
      namespace.run('iptables-legacy', '-I', 'FORWARD', '1', '-s', '10.255.1.2', '-j', 'ACCEPT');
      namespace.run('iptables-legacy', '-A', 'FORWARD', '-j', 'heddle-forward');
      await firewall.reread();
      expect(await firewall.converge(nothing)).toMatchObject({ changed: true });
      expect(forward()).toEqual([...wanted.slice(0, 2), '-A FORWARD -s 10.255.1.2/32 -j ACCEPT', ...wanted.slice(2)]);
    }));

  it('are guarded again as soon as they are opened, without a change of what they allow', () =>
    namespace.within(async () => {
      const state = stateOf(1, [{ from: 'web', to: 'api', start: 8080 }]);
      await (await open()).converge(state);
      namespace.run('iptables-legacy', '-F', 'FORWARD');
      const again = await open();
      expect(forward()).toContain('-A FORWARD -j heddle-forward');
      expect(await again.converge(state)).toMatchObject({ changed: false });
    }));

  it('of a version that rewrote no addresses stay as they are until there is a state, and those of the other table come', () =>
    namespace.within(async () => {
      await (await open()).converge(stateOf(1, [{ from: 'web', to: 'api', start: 8080 }]));
      const filter = () => namespace.run('iptables-legacy', '-S');
      const before = filter();
      for (const what of ['-F', '-X']) namespace.run('iptables-legacy', '-t', 'nat', what);
      await open();
      expect(filter()).toBe(before);
      expect(namespace.run('iptables-legacy', '-t', 'nat', '-S', 'POSTROUTING')).toContain('-j heddle-leaving');
    }));

  it('wait for the lock of all iptables commands no longer than they may, and say so', () =>
    namespace.within(async () => {
      const firewall = await open(1);
      const state = stateOf(1, []);
      const holder = spawn('flock', ['/run/xtables.lock', 'sh', '-c', 'echo held; exec cat']);
      const released = once(holder, 'exit');
      try {
        await once(holder.stdout, 'data');
        const refused = firewall.converge(state);
        await expect(refused).rejects.toBeInstanceOf(KernelRefused);
        await expect(refused).rejects.toThrow(/^another program has held the lock of iptables .* for 1 s/);
      } finally {
        holder.stdin.end();
        await released;
      }
      expect(await firewall.converge(state)).toMatchObject({ changed: true });
    }));
});
