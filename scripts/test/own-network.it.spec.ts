import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describeAsRoot } from '@heddle/testing';
import { withNetworkOfItsOwn } from './own-network.mjs';

describeAsRoot('a command with a network of its own', () => {
  const within = (): [string, string[]] => {
    const [program = '', ...args] = withNetworkOfItsOwn() ?? [];
    return [program, args];
  };
  /** What a shell says there. */
  const said = (script: string): string => {
    const [program, args] = within();
    return execFileSync(program, [...args, 'sh', '-c', script], { encoding: 'utf8' }).trim();
  };

  it('sees loopback, which is up, and no other link, by /sys either', () => {
    expect(said('ip -br link')).toMatch(/^lo +\S+ +\S+ <LOOPBACK,UP,LOWER_UP>$/);
    expect(said('ls /sys/class/net')).toBe('lo');
  });

  it('makes namespaces of any name, and nobody else meets them', () => {
    expect(said('ip netns add heddle-nobody-else && ip netns list')).toBe('heddle-nobody-else');
    expect(existsSync('/run/netns/heddle-nobody-else')).toBe(false);
  });

  it('keeps the control groups, and nothing of what runs on the machine', () => {
    expect(said('ls /sys/fs/cgroup')).toBe(execFileSync('ls', ['/sys/fs/cgroup'], { encoding: 'utf8' }).trim());
    expect(said('ls /run')).toBe('lock');
  });

  it('is the process that was started: a signal reaches it', async () => {
    const [program, args] = within();
    const child = spawn(program, [
      ...args,
      process.execPath,
      '-e',
      'console.log(process.pid); setInterval(() => {}, 1000)',
    ]);
    const [pid] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    expect(Number(pid)).toBe(child.pid);
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([null, 'SIGTERM']);
  });
});
