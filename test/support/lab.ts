import { execFileSync } from 'node:child_process';
import { RunningHeddle } from '@heddle/testing';
import { DELETE, POLICIES, policiesBody } from './policies';

interface CellView {
  readonly cell: string;
  readonly state: string;
  readonly enforcedUpTo: number;
  readonly waitingFor: readonly number[];
  readonly containers: readonly { handle: string; app: string; index: number; address: string }[];
}

interface ChangeView {
  readonly seq: number;
  readonly enforcement: {
    readonly state: string;
    readonly cellsConcerned: number;
    readonly cells: readonly { cell: string; state: string; latencyMs: number | null }[];
  };
}

/** The whole of Heddle with its lab, seen from a test. */
export class Lab {
  private constructor(readonly heddle: RunningHeddle) {}

  static async start(environment: NodeJS.ProcessEnv = {}): Promise<Lab> {
    return new Lab(await RunningHeddle.start({ HEDDLE_LAB: 'on', ...environment }));
  }

  /** The overlay address of a container. */
  async addressOf(app: string, index = 0): Promise<string> {
    const all = (await this.cells()).flatMap(({ containers }) => containers);
    const found = all.find((one) => one.app === app && one.index === index);
    if (!found) throw new Error(`there is no ${app}/${index} among ${JSON.stringify(all)}`);
    return found.address;
  }

  async cells(): Promise<readonly CellView[]> {
    return (await this.heddle.get<{ cells: CellView[] }>('/api/v1/cells')).cells;
  }

  /** Adds policies and waits until they are in force. */
  async allow(...policies: unknown[]): Promise<ChangeView> {
    return this.change(POLICIES, policies);
  }

  /** Removes policies and waits until that is in force. */
  async forbid(...policies: unknown[]): Promise<ChangeView> {
    return this.change(DELETE, policies);
  }

  /** Removes all policies there are, if any. */
  async forbidAll(): Promise<void> {
    const { policies } = await this.heddle.get<{ policies: unknown[] }>(POLICIES);
    if (policies.length > 0) await this.forbid(...policies);
  }

  /** Runs `heddle` as its user would. @returns what it prints */
  cli(...args: readonly string[]): string {
    const settings = { HEDDLE_URL: this.heddle.url, HEDDLE_DATA_DIR: this.heddle.dataDir };
    return execFileSync('bin/heddle', args, { encoding: 'utf8', env: { ...process.env, ...settings } });
  }

  /** The newest change, once it is in force or ten seconds are over. */
  async newestChange(): Promise<ChangeView> {
    const { changes } = await this.heddle.get<{ changes: { seq: number }[] }>('/api/v1/changes?limit=1');
    return this.heddle.get<ChangeView>(`/api/v1/changes/${changes[0]?.seq}?wait=10`);
  }

  async stop(): Promise<number | null> {
    return this.heddle.stop();
  }

  private async change(path: string, policies: unknown[]): Promise<ChangeView> {
    const { status, body } = await this.heddle.request('POST', path, policiesBody(...policies));
    if (status !== 200) throw new Error(`${path} answered ${status}: ${body}`);
    return this.newestChange();
  }
}
