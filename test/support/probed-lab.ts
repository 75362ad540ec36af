import { readLab, removeContainer, runContainer, type LabContainer, type LabRecord } from '@heddle/lab';
import type { Lab } from './lab';
import { DELETE, POLICIES, policiesBody, wirePolicy } from './policies';
import { PolicyOracle, type Wanted } from './policy-oracle';
import { Prober, type Protocol, type Target } from './prober';

/** Ports that answer in every container: around the ends of the ranges of the tests, exact and wide. */
export const PORTS = [7000, 7001, 7002, 7003, 7031, 7032, 7033, 7100, 7101, 7150, 7151];
/** Here each container speaks by itself to whoever connects, and over UDP to the first who says something. */
export const PUSH_PORT = 7900;
const PROTOCOLS: readonly Protocol[] = ['tcp', 'udp'];
const WAIT = { prefer: 'wait=20' };

/** A container with a prober in it. */
export interface ProbedContainer extends LabContainer {
  readonly prober: Prober;
}

/** The lab with containers that probe each other, and an oracle that hears every command that was accepted. */
export class ProbedLab {
  readonly oracle = new PolicyOracle();
  readonly containers: ProbedContainer[] = [];

  private constructor(
    readonly lab: Lab,
    private readonly record: LabRecord,
  ) {}

  static async open(lab: Lab): Promise<ProbedLab> {
    const record = await readLab();
    if (!record) throw new Error('no lab is running');
    return new ProbedLab(lab, record);
  }

  /** Starts a container that answers and probes. */
  async run(app: string, index: number, cell: string): Promise<ProbedContainer> {
    const container = await this.runBare(app, index, cell);
    await container.prober.listen(PORTS, PUSH_PORT);
    this.containers.push(container);
    return container;
  }

  /** Starts a container whose prober does nothing by itself. */
  async runBare(app: string, index: number, cell: string): Promise<ProbedContainer> {
    const started = await runContainer(this.record, { app, index, cell, command: [] });
    return { ...started, prober: await Prober.start(started.namespace) };
  }

  async remove({ app, index, prober }: ProbedContainer): Promise<void> {
    prober.stop();
    await removeContainer(this.record, app, index);
    const at = this.containers.findIndex((each) => each.app === app && each.index === index);
    if (at !== -1) this.containers.splice(at, 1);
  }

  /** Adds policies; resolves when they are in force. */
  async allow(...policies: Wanted[]): Promise<void> {
    await this.ask('allow', policies, WAIT);
  }

  /** Removes policies; resolves when they are no longer in force. */
  async forbid(...policies: Wanted[]): Promise<void> {
    await this.ask('forbid', policies, WAIT);
  }

  /** Adds or removes policies; resolves when that is acknowledged. @throws {Error} for every other answer than 200 */
  async ask(verb: 'allow' | 'forbid', policies: readonly Wanted[], headers?: Record<string, string>): Promise<void> {
    await this.post(verb === 'allow' ? POLICIES : DELETE, policies, headers);
    this.oracle[verb === 'allow' ? 'add' : 'remove'](policies);
  }

  /** Whether every cell is heard of, and has in force all that concerns it. */
  async isSettled(): Promise<boolean> {
    return (await this.lab.cells()).every(({ state, waitingFor }) => state === 'live' && waitingFor.length === 0);
  }

  /** The whole grid of what differs from the oracle, as text: every ordered pair, both protocols, every port. */
  async differences(): Promise<string[]> {
    const rows = this.containers.map(async (from) => {
      const to = this.containers.filter((each) => each !== from);
      const tries = to.flatMap((each) =>
        PROTOCOLS.flatMap((protocol) => PORTS.map((port) => ({ to: each, protocol, port }))),
      );
      const passed = await from.prober.probe(
        tries.map(({ to: { address }, protocol, port }): Target => [protocol, address, port]),
      );
      return tries.flatMap(({ to: { app, index }, protocol, port }, i) => {
        const wanted = this.oracle.allows(from.app, app, protocol, port);
        if (wanted === passed[i]) return [];
        return [
          `${from.app}/${from.index} > ${app}/${index} ${protocol} ${port}: ${wanted ? 'refused' : 'let through'}`,
        ];
      });
    });
    return (await Promise.all(rows)).flat();
  }

  close(): void {
    for (const { prober } of this.containers) prober.stop();
  }

  private async post(path: string, policies: readonly Wanted[], headers?: Record<string, string>): Promise<void> {
    const body = policiesBody(
      ...policies.map(({ source, destination, start, end, protocol }) =>
        wirePolicy(source, destination, start, end, protocol),
      ),
    );
    const answer = await this.lab.heddle.request('POST', path, body, headers);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.body}`);
  }
}
