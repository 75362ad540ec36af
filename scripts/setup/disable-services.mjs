import { existsSync } from 'node:fs';
import { runQuietly } from '../lib/run-quietly.mjs';

/** Packages that Heddle wants for their programs alone, and the services each brings along. */
const SERVICES = new Map([
  ['nats-server', ['nats-server.service']],
  ['postgresql', ['postgresql.service']],
  ['containerd', ['containerd.service']],
  ['podman', ['podman.socket', 'podman.service', 'podman-restart.service', 'podman-auto-update.timer']],
]);
const TIMEOUT_MS = 60_000;

/**
 * Keeps systemd from starting the services of freshly installed packages at the next boot, and stops them if a policy of the
 * administrator let them start. Does nothing where systemd does not run.
 *
 * @param {readonly string[]} packages
 * @returns {Promise<void>}
 */
export async function disableServices(packages) {
  const services = packages.flatMap((name) => SERVICES.get(name) ?? []);
  if (services.length === 0 || !existsSync('/run/systemd/system')) return;
  const { exitCode, output } = await runQuietly('systemctl', ['disable', '--now', ...services], {
    cwd: '/',
    timeoutMs: TIMEOUT_MS,
  });
  if (exitCode !== 0)
    console.error(`systemd would not disable ${services.join(' and ')} (${output.trim()}): see systemctl status`);
}
