import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEDDLE_CNI } from '../cni-plugin';
import { until } from '../processes';
import { BUSYBOX_IMAGE, busyboxImage } from './busybox-image';
import type { CniNetwork, DebianRuntime } from './debian-runtime';
import { MountNamespace, type CommandEnd } from './mount-namespace';

/** Where Debian's `ctr` looks for plugins and networks, whatever it is told. */
const PLUGINS = '/usr/lib/cni';
const NETWORKS = '/etc/cni/net.d';
/** What the tests need beside Heddle's. */
const OTHER_PLUGINS = ['bridge', 'host-local', 'loopback'];

/** Debian's containerd on a cell, asked by `ctr run --cni`. */
export class Containerd implements DebianRuntime {
  /** The process of `ctr` that waits for each container. */
  private readonly waiting = new Map<string, ChildProcess>();
  private executed = 0;

  private constructor(
    readonly directory: string,
    private readonly place: MountNamespace,
    private readonly daemon: ChildProcess,
  ) {}

  /** @param networkNamespace path of the cell's */
  static async start(networkNamespace: string): Promise<Containerd> {
    const directory = mkdtempSync(join(tmpdir(), 'heddle-ctr-'));
    const [plugins, networks] = [join(directory, 'plugins'), join(directory, 'networks')];
    for (const each of [plugins, networks]) mkdirSync(each);
    for (const plugin of OTHER_PLUGINS) copyFileSync(join(PLUGINS, plugin), join(plugins, plugin));
    for (const name of ['heddle-cni', 'heddle-policy']) symlinkSync(HEDDLE_CNI, join(plugins, name));
    // What it starts for each container has its socket below /run, whatever the settings say.
    const place = await MountNamespace.open(networkNamespace, [
      'mount -t tmpfs none /run',
      `mount --bind ${plugins} ${PLUGINS}`,
      `mount --bind ${networks} ${NETWORKS}`,
    ]);
    const settings = join(directory, 'config.toml');
    writeFileSync(settings, settingsOf(directory));
    const runtime = new Containerd(directory, place, place.start(['containerd', '--config', settings]));
    await until('containerd listens', () => existsSync(runtime.socket));
    await runtime.ctr('images', 'import', busyboxImage(directory));
    return runtime;
  }

  async run(id: string, network: CniNetwork, ...program: readonly string[]): Promise<void> {
    writeFileSync(join(this.directory, 'networks/heddle.conflist'), JSON.stringify(network));
    // It would ask for a share of the processor, for which the control groups here may have no room.
    const options = ['--rm', '--cni', '--cgroup', '', '--cpu-shares', '0'];
    const waiting = this.place.start(this.command('run', ...options, BUSYBOX_IMAGE, id, ...program));
    this.waiting.set(id, waiting);
    let words = '';
    waiting.stderr?.on('data', (text: Buffer) => (words += text));
    await until(`${id} runs`, async () => {
      if (waiting.exitCode !== null) throw new Error(`${id}: ${words}`);
      // Programs can be run in it before it is started.
      const { output } = await this.place.run(this.command('tasks', 'list'));
      return new RegExp(`^${id} .* RUNNING`, 'm').test(output);
    });
  }

  exec(id: string, ...program: readonly string[]): Promise<CommandEnd> {
    const name = `exec-${this.executed++}`;
    return this.place.run(this.command('tasks', 'exec', '--exec-id', name, id, ...program));
  }

  async remove(id: string): Promise<void> {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (!waiting || waiting.exitCode !== null) return;
    const ended = once(waiting, 'exit');
    await this.ctr('tasks', 'kill', '--signal', 'SIGKILL', id);
    await ended;
  }

  async stop(): Promise<void> {
    for (const id of [...this.waiting.keys()]) await this.remove(id);
    const ended = once(this.daemon, 'exit');
    this.daemon.kill();
    await ended;
    await this.place.close();
    rmSync(this.directory, { recursive: true });
  }

  private get socket(): string {
    return join(this.directory, 'containerd.sock');
  }

  private command(...args: readonly string[]): string[] {
    return ['ctr', '--address', this.socket, '--namespace', 'heddle', ...args];
  }

  private async ctr(...args: readonly string[]): Promise<void> {
    const { exitCode, output } = await this.place.run(this.command(...args));
    if (exitCode !== 0) throw new Error(`ctr ${args.join(' ')}: ${output}`);
  }
}

function settingsOf(directory: string): string {
  const unused = ['grpc.v1.cri', 'snapshotter.v1.aufs', 'snapshotter.v1.btrfs', 'snapshotter.v1.devmapper'];
  return `version = 2
root = "${directory}/root"
state = "${directory}/state"
disabled_plugins = [${unused.map((name) => `"io.containerd.${name}"`).join(', ')}]
[grpc]
address = "${directory}/containerd.sock"
`;
}
