import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@heddle/dataplane';
import { AgentClient, relayNats, type NatsRelay } from '@heddle/lab';
import { NetworkNamespace, type TestNats } from '@heddle/testing';

const MAIN = join(__dirname.replace(/\/dist\//, '/'), '../../dist/apps/cell-agent/src/main.js');
/** From the block that RFC 2544 sets aside for tests of network devices; the lab has the other half. */
const NETWORK = '198.19.0';
const HOST_ADDRESS = `${NETWORK}.1`;
const READY_WITHIN_MS = 110_000;

/** What a cell of a test is told; the rest follows from its number. */
export interface CellOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Its address on the underlay, if not the one of its number. */
  readonly underlayAddress?: string;
}

/** A cell: a network namespace with an agent in it, as a process that can be killed. */
export class OverlayCell {
  readonly name: string;
  readonly socket: string;
  readonly log: string;
  underlayAddress: string;
  private child: ChildProcess | undefined;

  constructor(
    readonly number: number,
    readonly namespace: NetworkNamespace,
    private readonly stateDir: string,
    private readonly environment: NodeJS.ProcessEnv,
    underlayAddress: string,
  ) {
    this.name = `cell-${number}`;
    this.socket = join(stateDir, 'agent.sock');
    this.log = join(stateDir, 'agent.log');
    this.underlayAddress = underlayAddress;
  }

  /** Where the agent keeps what it knows. */
  get keptState(): string {
    return join(this.stateDir, 'last-good-state.json');
  }

  /** The process of the agent that was started last. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  get agent(): AgentClient {
    return new AgentClient(this.socket);
  }

  /** Starts the agent. Resolves when it is ready. */
  async start(): Promise<void> {
    const child = this.spawn();
    this.child = child;
    const ready = once(child, 'message', { signal: AbortSignal.timeout(READY_WITHIN_MS) });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the agent of ${this.name} ended with ${code}: ${readFileSync(this.log, 'utf8').slice(-2_000)}`);
    });
    ended.catch(() => {});
    await Promise.race([ready, ended]);
  }

  /** Takes the cell out of the overlay. @returns the exit code */
  async tearDown(): Promise<number | null> {
    const child = this.spawn('--teardown');
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  /** What a command inside the cell prints. */
  run(command: string): string {
    const [program = '', ...args] = command.split(' ');
    return this.namespace.run(program, ...args);
  }

  /** The subnets of the other cells that the kernel has a route to. */
  routes(): string[] {
    const listed = this.run('ip -o route show dev silk-vtep').split('\n');
    return listed.flatMap((line) => (line.includes(' via ') ? (line.split(' ')[0] ?? []) : []));
  }

  /** Cuts the cell off from the nats-server, as a broken network does that says so. */
  cutOff(): void {
    const rule = `ip daddr ${HOST_ADDRESS} meta l4proto tcp reject with tcp reset;`;
    this.namespace.run('nft', `add table ip cut { chain output { type filter hook output priority 0; ${rule} }; }`);
  }

  /** Ends what {@link cutOff} began. */
  mend(): void {
    this.namespace.run('nft', 'delete table ip cut');
  }

  /** Gives the machine another address on the underlay, which the agent is told at its next start. */
  moveTo(address: string): void {
    this.namespace.run('ip', 'addr', 'flush', 'dev', 'eth0');
    this.namespace.run('ip', 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    this.underlayAddress = address;
  }

  /** Settings that the agent is told at its next start. */
  configure(settings: NodeJS.ProcessEnv): void {
    Object.assign(this.environment, settings);
  }

  private spawn(...args: string[]): ChildProcess {
    const log = openSync(this.log, 'a');
    return spawn('nsenter', [`--net=${this.namespace.path}`, '--', process.execPath, MAIN, ...args], {
      env: {
        PATH: process.env.PATH,
        HEDDLE_CELL: this.name,
        HEDDLE_UNDERLAY_ADDRESS: this.underlayAddress,
        HEDDLE_AGENT_SOCKET: this.socket,
        HEDDLE_STATE_DIR: this.stateDir,
        HEDDLE_LOG_LEVEL: 'warn',
        ...this.environment,
      },
      stdio: ['ignore', log, log, 'ipc'],
    });
  }
}

/** Cells that are joined by a bridge, each with a real agent, against a real nats-server. */
export class OverlayCells {
  readonly all = new Map<number, OverlayCell>();
  private readonly outsiders: NetworkNamespace[] = [];

  private constructor(
    private readonly prefix: string,
    private readonly directory: string,
    private readonly bridge: NetworkNamespace,
    private readonly relay: NatsRelay,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** @param prefix of the names of the namespaces, at most nine characters */
  static async start(prefix: string, nats: TestNats, environment: NodeJS.ProcessEnv = {}): Promise<OverlayCells> {
    const bridge = NetworkNamespace.create(`${prefix}-underlay`);
    bridge.run('ip', 'link', 'add', 'underlay', 'type', 'bridge');
    bridge.run('ip', 'link', 'set', 'underlay', 'up');
    const host = `${prefix}-host`;
    for (const line of [
      `link add ${host} type veth peer name host netns ${bridge.name}`,
      `addr add ${HOST_ADDRESS}/24 dev ${host}`,
      `link set ${host} up`,
    ])
      await runCommand('ip', line.split(' '));
    bridge.run('ip', 'link', 'set', 'host', 'master', 'underlay', 'up');
    const relay = await relayNats(nats.url, HOST_ADDRESS);
    const directory = mkdtempSync(join(tmpdir(), 'heddle-cells-'));
    return new OverlayCells(prefix, directory, bridge, relay, {
      NATS_URL: relay.url,
      HEDDLE_NATS_USER: nats.users.cell.user,
      HEDDLE_NATS_PASSWORD: nats.users.cell.pass,
      ...environment,
    });
  }

  /** Makes a cell without starting its agent. */
  make(number: number, options: CellOptions = {}): OverlayCell {
    const address = options.underlayAddress ?? addressOf(number);
    const namespace = this.plugIn(`${this.prefix}-${number}`, `cell-${number}`, address);
    // The kernel answers probes once a second; here it is asked more often.
    namespace.run('sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0');
    const stateDir = join(this.directory, `cell-${number}`);
    mkdirSync(stateDir, { recursive: true });
    const environment = { ...this.environment, ...options.environment };
    const cell = new OverlayCell(number, namespace, stateDir, environment, address);
    this.all.set(number, cell);
    return cell;
  }

  /** A machine on the underlay that is no cell. */
  outsider(address: string): NetworkNamespace {
    const name = `outside-${this.outsiders.length}`;
    const outsider = this.plugIn(`${this.prefix}-${name}`, name, address);
    this.outsiders.push(outsider);
    return outsider;
  }

  /** Makes a cell and starts its agent. */
  async add(number: number, options: CellOptions = {}): Promise<OverlayCell> {
    const cell = this.make(number, options);
    await cell.start();
    return cell;
  }

  /** Removes a cell with its machine, as a crash would, and with all it kept on disk. */
  async destroy(number: number): Promise<void> {
    const cell = this.all.get(number);
    await cell?.stop('SIGKILL');
    cell?.namespace.delete();
    this.all.delete(number);
    rmSync(join(this.directory, `cell-${number}`), { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.all.values()].map((cell) => cell.stop()));
    await this.relay.close();
    for (const { namespace } of this.all.values()) namespace.delete();
    for (const outsider of this.outsiders) outsider.delete();
    this.bridge.delete();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** A network namespace with a link to the bridge. */
  private plugIn(name: string, port: string, address: string): NetworkNamespace {
    const namespace = NetworkNamespace.create(name);
    const link = `link add ${port} type veth peer name eth0 netns ${name}`;
    this.bridge.run('ip', ...link.split(' '));
    this.bridge.run('ip', 'link', 'set', port, 'master', 'underlay', 'up');
    for (const line of ['link set lo up', `addr add ${address}/24 dev eth0`, 'link set eth0 up'])
      namespace.run('ip', ...line.split(' '));
    return namespace;
  }
}

/** The underlay address of a cell by its number. */
export function addressOf(number: number): string {
  return `${NETWORK}.${10 + number}`;
}
