import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestNats, type NetworkNamespace, type TestNats } from '@heddle/testing';
import { CniRuntime } from './cni-runtime';
import { ControlPlaneProcess } from './control-plane-process';
import { OverlayCells } from './overlay-cells';
import { DELETE, POLICIES, policiesBody } from './policies';
import { until } from './processes';

/** What the control plane says of a change of a group that waited for the cells. */
export interface GroupAnswer {
  readonly status: number;
  readonly change: number | null;
  readonly missing?: readonly { readonly cell: string; readonly state: string; readonly change: number }[];
}

/** Cells with a container runtime each, and a control plane: everything as processes. */
export class CniCells {
  private readonly runtimes = new Map<number, CniRuntime>();

  private constructor(
    readonly prefix: string,
    private readonly nats: TestNats,
    private readonly dataDir: string,
    private readonly startControl: () => Promise<ControlPlaneProcess>,
    private control: ControlPlaneProcess,
    readonly cells: OverlayCells,
  ) {}

  /**
   * @param prefix of the names of namespaces, at most nine characters
   * @param settings of the control plane
   */
  static async start(prefix: string, settings: Record<string, string> = {}): Promise<CniCells> {
    const nats = await startTestNats();
    const dataDir = await mkdtemp(join(tmpdir(), 'heddle-cni-'));
    const start = () => ControlPlaneProcess.start(nats, dataDir, nats.url, settings);
    const control = await start();
    const cells = await OverlayCells.start(prefix, nats);
    return new CniCells(prefix, nats, dataDir, start, control, cells);
  }

  /** A machine on the underlay that is no cell, at `address` there. */
  outsider(address: string): NetworkNamespace {
    return this.cells.outsider(address);
  }

  /** There is to be this security group. */
  async putGroup(guid: string, group: object): Promise<void> {
    const path = `/api/v1/security-groups/${guid}`;
    const bound = { stagingDefault: false, runningDefault: false, stagingSpaces: [], runningSpaces: [] };
    const { status, body } = await this.control.request('PUT', path, { name: guid, ...bound, ...group });
    if (status !== 200) throw new Error(`${path} answered ${status}: ${body}`);
  }

  /** The same, answered when it is in force or when so many seconds are over. `null` as the group takes it away. */
  async groupInForce(guid: string, group: object | null, waitSeconds: number): Promise<GroupAnswer> {
    const path = `/api/v1/security-groups/${guid}`;
    const prefer = { prefer: `wait=${waitSeconds}` };
    const asked = group && { name: guid, ...group };
    const { status, body } = await this.control.request(asked ? 'PUT' : 'DELETE', path, asked ?? undefined, prefer);
    return { status, ...(JSON.parse(body) as Omit<GroupAnswer, 'status'>) };
  }

  /** A cell with an agent, made if it is not there. */
  async cell(number: number, environment: NodeJS.ProcessEnv = {}): Promise<CniRuntime> {
    const known = this.runtimes.get(number);
    if (known) return known;
    const runtime = new CniRuntime(await this.cells.add(number, { environment }), `${this.prefix}c${number}`);
    this.runtimes.set(number, runtime);
    return runtime;
  }

  /** Adds policies and waits until they are in force everywhere. */
  allow = (...policies: unknown[]): Promise<void> => this.change(POLICIES, policies);
  /** Removes policies and waits until that is in force everywhere. */
  forbid = (...policies: unknown[]): Promise<void> => this.change(DELETE, policies);

  async stopControlPlane(): Promise<void> {
    await this.control.stop();
  }

  async startControlPlane(): Promise<void> {
    this.control = await this.startControl();
  }

  async stop(): Promise<void> {
    for (const runtime of this.runtimes.values()) runtime.destroyAll();
    await this.cells.stop();
    await this.control.stop();
    await this.nats.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private async change(path: string, policies: unknown[]): Promise<void> {
    const { status, body } = await this.control.request('POST', path, policiesBody(...policies));
    if (status !== 200) throw new Error(`${path} answered ${status}: ${body}`);
    const { changes } = await this.get<{ changes: { seq: number }[] }>('/api/v1/changes?limit=1');
    await until('the change is in force', async () => {
      const change = await this.get<{ enforcement: { state: string } }>(`/api/v1/changes/${changes[0]?.seq}?wait=1`);
      return change.enforcement.state === 'in-force';
    });
  }

  /** Puts a document before the cells that the control plane would not write. */
  async forge(subject: string, document: object): Promise<void> {
    await (await this.nats.connect('control')).jetstream().publish(subject, JSON.stringify(document));
  }

  /** What the control plane answers. */
  async get<T>(path: string): Promise<T> {
    return JSON.parse((await this.control.request('GET', path)).body) as T;
  }
}
