import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEDDLE_CNI } from '../cni-plugin';
import { BUSYBOX_IMAGE, busyboxImage } from './busybox-image';
import type { CniNetwork, DebianRuntime } from './debian-runtime';
import { MountNamespace, type CommandEnd } from './mount-namespace';

/** Debian's podman on a cell, with its CNI backend and runc. It has no daemon: what it keeps is in a directory. */
export class Podman implements DebianRuntime {
  private readonly running = new Set<string>();

  private constructor(
    private readonly directory: string,
    private readonly place: MountNamespace,
  ) {}

  /** @param networkNamespace path of the cell's */
  static async start(networkNamespace: string): Promise<Podman> {
    const directory = mkdtempSync(join(tmpdir(), 'heddle-pod-'));
    for (const each of ['plugins', 'networks']) mkdirSync(join(directory, each));
    symlinkSync(HEDDLE_CNI, join(directory, 'plugins/heddle-cni'));
    writeFileSync(join(directory, 'containers.conf'), settingsOf(directory));
    // It pins the namespaces of containers in /run/netns, where the agent has to see them.
    const runtime = new Podman(directory, await MountNamespace.open(networkNamespace));
    await runtime.podman('load', '--quiet', '--input', busyboxImage(directory));
    return runtime;
  }

  async run(id: string, network: CniNetwork, ...program: readonly string[]): Promise<void> {
    const { name } = network;
    writeFileSync(join(this.directory, `networks/${name}.conflist`), JSON.stringify(network));
    this.running.add(id);
    await this.podman('run', '--detach', '--network', name, '--name', id, BUSYBOX_IMAGE, ...program);
  }

  exec(id: string, ...program: readonly string[]): Promise<CommandEnd> {
    return this.place.run(this.command('exec', id, ...program), this.environment);
  }

  async remove(id: string): Promise<void> {
    if (this.running.delete(id)) await this.podman('rm', '--force', '--time', '0', id);
  }

  async stop(): Promise<void> {
    for (const id of [...this.running]) await this.remove(id);
    // The control group of its containers stays behind, empty.
    await this.place.run(['rmdir', '/sys/fs/cgroup/libpod_parent']);
    await this.place.close();
    rmSync(this.directory, { recursive: true });
  }

  private get environment(): NodeJS.ProcessEnv {
    return { CONTAINERS_CONF: join(this.directory, 'containers.conf') };
  }

  private command(...args: readonly string[]): string[] {
    const places = ['--root', 'root', '--runroot', 'run', '--tmpdir', 'tmp'];
    const inside = places.map((each) => (each.startsWith('--') ? each : join(this.directory, each)));
    return ['podman', ...inside, '--storage-driver', 'vfs', ...args];
  }

  private async podman(...args: readonly string[]): Promise<void> {
    const { exitCode, output } = await this.place.run(this.command(...args), this.environment);
    if (exitCode !== 0) throw new Error(`podman ${args.join(' ')}: ${output}`);
  }
}

/** Without limits of their own it gives containers more than every machine lets it give. */
function settingsOf(directory: string): string {
  return `[network]
network_backend = "cni"
cni_plugin_dirs = ["${directory}/plugins", "/usr/lib/cni"]
network_config_dir = "${directory}/networks"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "none"
runtime = "runc"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
log_driver = "none"
pids_limit = 0
`;
}
