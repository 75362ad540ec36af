import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NetworkNamespace } from '@heddle/testing';
import { HEDDLE_CNI } from './cni-plugin';
import type { CniRuntime } from './cni-runtime';
import { until } from './processes';

const ROOT = join(__dirname.replace(/\/dist\//, '/'), '../..');
const NETWORKER = join(ROOT, 'bin/heddle-garden-networker');
/** Where Go's library for runtimes keeps what plugins have made. */
const RESULTS = '/var/lib/cni/results';

/** How a networker ended. */
export interface NetworkerEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What Guardian is told of a container that is on the network. */
export interface UpOutput {
  readonly properties: Readonly<Record<string, string>>;
  readonly dns_servers?: readonly string[];
  readonly search_domains?: readonly string[];
}

/** What Guardian does with containers, as far as their networker sees it: processes in namespaces, each known by a handle. */
export class Guardian {
  readonly directory: string;
  readonly pluginDir: string;
  readonly networkDir: string;
  readonly bindMountDir: string;
  readonly stateFile: string;
  private readonly configs = new Map<string, string>();
  private readonly containers = new Map<string, { namespace: NetworkNamespace; init: ChildProcess }>();

  /**
   * @param prefix of the names of namespaces and of handles
   * @param cell path of the network namespace that the networker runs in, if not this one
   */
  constructor(
    private readonly prefix: string,
    private readonly cell?: string,
  ) {
    this.directory = mkdtempSync(join(tmpdir(), 'heddle-guardian-'));
    const inside = (name: string) => join(this.directory, name);
    [this.pluginDir, this.networkDir, this.bindMountDir] = [inside('plugins'), inside('networks'), inside('netns')];
    this.stateFile = inside('state/ports.json');
    for (const each of [this.pluginDir, this.networkDir]) mkdirSync(each);
  }

  /** That of a cell, with heddle-cni alone as its network. */
  static on({ cell, network }: CniRuntime, prefix: string): Guardian {
    const guardian = new Guardian(prefix, cell.namespace.path);
    symlinkSync(HEDDLE_CNI, join(guardian.pluginDir, 'heddle-cni'));
    const plugin = { type: 'heddle-cni', agentSocket: network.agentSocket };
    guardian.writeNetwork({ name: 'heddle', cniVersion: '1.0.0', plugins: [plugin] });
    return guardian;
  }

  /** The operator's file, as Cloud Foundry's job renders it. */
  get config(): Record<string, unknown> {
    return {
      cni_plugin_dir: this.pluginDir,
      cni_config_dir: this.networkDir,
      bind_mount_dir: this.bindMountDir,
      state_file: this.stateFile,
      ...{ start_port: 61_000, total_ports: 5_000, log_prefix: 'cfnetworking', search_domains: [] },
      iptables_lock_file: join(this.directory, 'iptables.lock'),
      ...{ proxy_redirect_cidr: '', proxy_port: 15_001, proxy_uid: 0, enable_ingress_proxy_redirect: false },
    };
  }

  /** @returns path of the file */
  writeConfig(members: Record<string, unknown> = {}): string {
    const text = JSON.stringify({ ...this.config, ...members });
    const known = this.configs.get(text);
    if (known) return known;
    const path = join(this.directory, `config-${this.configs.size}.json`);
    writeFileSync(path, text);
    this.configs.set(text, path);
    return path;
  }

  writeNetwork(list: object, name = '10-network.conflist'): void {
    writeFileSync(join(this.networkDir, name), JSON.stringify(list));
  }

  /** Keeps how a container came, byte by byte as Go's library for runtimes does. */
  keepAsGo(id: string, list: { readonly name: string }, result: object): void {
    const containerId = this.handle(id);
    const config = Buffer.from(JSON.stringify(list)).toString('base64');
    const kept = { kind: 'cniCacheV1', containerId, config, ifName: 'eth0', networkName: list.name, result };
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(join(RESULTS, `${list.name}-${containerId}-eth0`), JSON.stringify(kept));
  }

  /** As plugins and the agent know the container. */
  handle(id: string): string {
    return `${this.prefix}-${id}`;
  }

  pin(id: string): string {
    return join(this.bindMountDir, this.handle(id));
  }

  /** The container, with a process in it, made if it is not there. */
  async container(id: string): Promise<{ readonly pid: number; readonly namespace: NetworkNamespace }> {
    const known = this.containers.get(id);
    if (known) return { pid: known.init.pid as number, namespace: known.namespace };
    const namespace = NetworkNamespace.create(this.handle(id));
    const init = spawn('nsenter', [`--net=${namespace.path}`, '--', 'sleep', '100000'], { stdio: 'ignore' });
    this.containers.set(id, { namespace, init });
    const pid = init.pid as number;
    const { ino } = statSync(namespace.path);
    await until(`${id} runs`, () => statSync(`/proc/${pid}/ns/net`, { throwIfNoEntry: false })?.ino === ino);
    return { pid, namespace };
  }

  /** Ends the process of a container, and all that held its namespace but the networker. */
  destroy(id: string): void {
    const { namespace, init } = this.containers.get(id) ?? {};
    init?.kill('SIGKILL');
    namespace?.delete();
    this.containers.delete(id);
  }

  /** Starts the networker. @param stdin text, or what becomes JSON */
  start(
    args: readonly string[],
    stdin: unknown = null,
    descriptor?: number,
  ): { child: ChildProcess; end: Promise<NetworkerEnd> } {
    const command = [NETWORKER, ...args];
    const [program = '', ...rest] = this.cell ? ['nsenter', `--net=${this.cell}`, '--', ...command] : command;
    const given = descriptor === undefined ? [] : [descriptor];
    const env = { PATH: process.env.PATH };
    const child = spawn(program, rest, { env, stdio: ['pipe', 'pipe', 'pipe', ...given] });
    let [stdout, stderr] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(typeof stdin === 'string' ? stdin : JSON.stringify(stdin));
    const end = new Promise<NetworkerEnd>((resolve, reject) =>
      child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr })).on('error', reject),
    );
    return { child, end };
  }

  run(args: readonly string[], stdin?: unknown, descriptor?: number): Promise<NetworkerEnd> {
    return this.start(args, stdin, descriptor).end;
  }

  args(action: string, id: string, config = this.writeConfig()): string[] {
    // In this order: an operator's arguments stand before Guardian's.
    return [`--configFile=${config}`, '--action', action, '--handle', this.handle(id)];
  }

  /** Asks for a container as it is asked, whatever comes of it. */
  async up(id: string, request: object = {}, config?: string): Promise<NetworkerEnd> {
    const { pid } = await this.container(id);
    return this.run(this.args('up', id, config), { Pid: pid, Properties: {}, ...request });
  }

  /** Asks for a container of an app. @throws when it is refused */
  async bringUp(id: string, app: string, request: object = {}): Promise<UpOutput> {
    const properties = { policy_group_id: app, app_id: app, space_id: 'space-1', container_workload: 'app' };
    const { exitCode, stdout, stderr } = await this.up(id, { Properties: properties, ...request });
    if (exitCode !== 0) throw new Error(`${id}: ${stderr}`);
    return JSON.parse(stdout) as UpOutput;
  }

  down(id: string, config?: string): Promise<NetworkerEnd> {
    return this.run(this.args('down', id, config));
  }

  /** Takes a container off the network and ends it. @throws when that fails */
  async remove(id: string): Promise<void> {
    const { exitCode, stderr } = await this.down(id);
    if (exitCode !== 0) throw new Error(`${id}: ${stderr}`);
    this.destroy(id);
  }

  async removeAll(): Promise<void> {
    for (const id of [...this.containers.keys()]) await this.remove(id);
  }

  /** All that the networker may have left behind. */
  remains(): { pins: string[]; ports: unknown; results: string[]; locks: string[] } {
    const listed = (directory: string) => (existsSync(directory) ? readdirSync(directory).sort() : []);
    return {
      pins: listed(this.bindMountDir),
      ports: existsSync(this.stateFile)
        ? (JSON.parse(readFileSync(this.stateFile, 'utf8')) as { acquired_ports: unknown }).acquired_ports
        : {},
      results: listed(RESULTS).filter((name) => name.includes(`-${this.prefix}-`)),
      locks: listed(join(this.stateFile, '..')).filter((name) => name.includes('_lock-')),
    };
  }

  /** Removes everything, whatever state it is in. */
  stop(): void {
    for (const id of [...this.containers.keys()]) this.destroy(id);
    for (const name of this.remains().pins) spawnSync('umount', ['--lazy', join(this.bindMountDir, name)]);
    for (const name of this.remains().results) rmSync(join(RESULTS, name));
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** What there is when nothing is left. */
export const NOTHING = { pins: [], ports: {}, results: [], locks: [] };

/** How a networker ends that fails with these words. */
export function fails(stderr: string | RegExp): NetworkerEnd {
  return { exitCode: 1, stdout: '', stderr: expect.stringMatching(stderr) as string };
}

/** Opens a file while something is done with its descriptor. */
export async function withDescriptor<T>(path: string, task: (descriptor: number) => Promise<T>): Promise<T> {
  const descriptor = openSync(path, 'r');
  try {
    return await task(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
