import { runCommand } from '@heddle/dataplane';
import type { OverlayCell } from './overlay-cells';

/** A container, as its wrapper knows it. */
interface Wrapped {
  readonly handle: string;
  readonly address: string;
  /** What it may reach, as matches of iptables. */
  readonly rules: readonly string[];
}

const REJECT = '-j REJECT --reject-with icmp-port-unreachable';

/**
 * The CNI wrapper of Cloud Foundry, as far as it listens to the agent of the cell: which of the agent's answers it goes on with, and
 * which chain of security groups it leaves behind (`netout--<handle>`, for what goes out of the interface `eth0`).
 */
export class CniWrapper {
  constructor(
    private readonly cell: OverlayCell,
    private readonly port: number,
    private readonly iptables: string,
  ) {}

  /** @throws what the wrapper prints when it gives up */
  async add({ handle, address, rules }: Wrapped): Promise<void> {
    const cycle = await this.ask('/force-policy-poll-cycle');
    if (cycle.status !== 200) throw new Error(`vpa response code: ${cycle.status} with message: ${cycle.body}`);
    const chain = `netout--${handle}`;
    this.run('-N', chain);
    this.run('-A', 'FORWARD', '-s', `${address}/32`, '-o', 'eth0', '-j', chain);
    this.run(...`-A ${chain} -m state --state RELATED,ESTABLISHED -j ACCEPT`.split(' '));
    this.run(...`-A ${chain} ${REJECT}`.split(' '));
    const groups = await this.ask(`/force-asgs-for-container?container=${handle}`);
    if (groups.status === 405) for (const rule of rules) this.run(...`-I ${chain} 1 ${rule} -j ACCEPT`.split(' '));
    else if (groups.status !== 200) throw new Error(`asg sync returned ${groups.status} with message: ${groups.body}`);
  }

  /** @throws what the wrapper prints when it gives up */
  async remove({ handle, address }: Omit<Wrapped, 'rules'>): Promise<void> {
    const chain = `netout--${handle}`;
    this.run('-D', 'FORWARD', '-s', `${address}/32`, '-o', 'eth0', '-j', chain);
    this.run('-F', chain);
    this.run('-X', chain);
    const { status, body } = await this.ask(`/force-orphaned-asgs-cleanup?container=${handle}`);
    if (status !== 200 && status !== 405) throw new Error(`asg cleanup returned ${status} with message: ${body}`);
  }

  /** The rules of the chain of a container. */
  rulesOf(handle: string): string[] {
    return this.run('-S', `netout--${handle}`).trim().split('\n').slice(1);
  }

  private run(...args: string[]): string {
    return this.cell.namespace.run(this.iptables, ...args);
  }

  /** Not at once, as the other commands: what joins the agent to its server may run in this process. */
  private async ask(path: string): Promise<{ status: number; body: string }> {
    const curl = ['curl', '-s', '-w', '\n%{http_code}', `http://127.0.0.1:${this.port}${path}`];
    const answer = await runCommand('nsenter', [`--net=${this.cell.namespace.path}`, '--', ...curl]);
    const end = answer.lastIndexOf('\n');
    return { status: Number(answer.slice(end + 1)), body: answer.slice(0, end) };
  }
}
