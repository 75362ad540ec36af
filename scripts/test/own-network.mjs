import { spawnSync } from 'node:child_process';
import { findProgram } from '../lib/find-program.mjs';

/**
 * A new network namespace begins with loopback down, and with the `/sys` of the old one: it gets its own, which keeps the control
 * groups that container runtimes need (they wait at `/run` meanwhile). `/run` is where `ip netns` keeps names, and a lab its record.
 */
const FURNISH = `
  mount --rbind /sys/fs/cgroup /run && mount -t sysfs none /sys && mount --rbind /run /sys/fs/cgroup &&
  umount --lazy --recursive /run && mount -t tmpfs none /run && mkdir /run/lock &&
  ip link set lo up && exec "$@"`;

/**
 * What a command is put behind, so that it sees network devices, addresses, firewalls, names of namespaces and labs of its own,
 * and nobody sees its. The process stays the one that was started: signals reach the command itself.
 *
 * @returns {readonly string[] | undefined} undefined where that is not allowed, as it is to root alone
 */
export function withNetworkOfItsOwn() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !findProgram('ip')) return undefined;
  const args = ['--mount', '--net', '--', 'sh', '-c', FURNISH, 'sh'];
  return spawnSync('unshare', [...args, 'true'], { stdio: 'ignore' }).status === 0 ? ['unshare', ...args] : undefined;
}
