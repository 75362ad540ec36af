import { setTimeout as sleep } from 'node:timers/promises';
import { describeAsRoot, RunningHeddle } from '@heddle/testing';
import { cutOff, heal, inCell } from '../support/cut-off';
import { Lab } from '../support/lab';
import type { Wanted } from '../support/policy-oracle';
import { ProbedLab, type ProbedContainer } from '../support/probed-lab';
import { until } from '../support/processes';

const PARTITION_MS = 60_000;
const CUT_OFF = 'cell-2';
const FORCE_POLL_PORT = '8722';

const policy = (source: string, destination: string, port: number): Wanted => ({
  ...{ source, destination, protocol: 'tcp', start: port, end: port },
});

describeAsRoot('a cell whose packets to the server are dropped for a minute', () => {
  let probed: ProbedLab;
  let alpha: ProbedContainer;
  let gamma: ProbedContainer;

  beforeAll(async () => {
    probed = await ProbedLab.open(
      await Lab.start({ HEDDLE_LOG_LEVEL: 'fatal', HEDDLE_FORCE_POLL_PORT: FORCE_POLL_PORT }),
    );
    alpha = await probed.run('alpha', 0, 'cell-1');
    await probed.run('beta', 0, 'cell-1');
    gamma = await probed.run('gamma', 0, CUT_OFF);
  }, 120_000);
  afterAll(async () => {
    probed?.close();
    await RunningHeddle.stopAll();
  }, 60_000);

  /** What the CNI wrapper would be told. */
  const forcedPoll = () => {
    const url = `http://127.0.0.1:${FORCE_POLL_PORT}/force-policy-poll-cycle`;
    return inCell(CUT_OFF, 'curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', url);
  };
  const stateOf = async (cell: string) => (await probed.lab.cells()).find((each) => each.cell === cell)?.state;

  it('keeps what it has and is reported as unknown, never as done; then it catches up by itself', async () => {
    await probed.allow(policy('alpha', 'gamma', 7000), policy('alpha', 'gamma', 7001));
    await alpha.prober.hold('tcp', gamma.address, 7000);
    expect(forcedPoll()).toBe('200');
    cutOff(CUT_OFF);
    const healing = sleep(PARTITION_MS).then(() => heal(CUT_OFF));

    await probed.ask('forbid', [policy('alpha', 'gamma', 7001)]);
    await probed.ask('allow', [policy('alpha', 'gamma', 7002)]);
    const change = await probed.lab.newestChange();
    expect(change.enforcement.state).not.toBe('in-force');
    await until('the cell is missed', async () => (await stateOf(CUT_OFF)) !== 'live', 30_000);
    const unknown = await probed.lab.newestChange();
    expect(unknown.enforcement.cells).toContainEqual(expect.objectContaining({ cell: CUT_OFF, state: 'unknown' }));
    // The other cell is served as ever.
    await probed.allow(policy('alpha', 'beta', 7003));
    const { address } = probed.containers.find(({ app }) => app === 'beta') as ProbedContainer;
    expect(await alpha.prober.probe([['tcp', address, 7003]])).toEqual([true]);
    // What was in force on the cell stays: the old rules, and what is open.
    expect(await alpha.prober.probe([7000, 7001, 7002].map((port) => ['tcp', gamma.address, port] as const))).toEqual([
      true,
      true,
      false,
    ]);

    expect(forcedPoll()).toBe('500');

    await healing;
    await until('all is in force', () => probed.isSettled(), 60_000);
    expect(forcedPoll()).toBe('200');
    expect(await probed.differences()).toEqual([]);
    expect((await alpha.prober.held()).tcp.isOver).toBe(false);
    expect((await probed.lab.newestChange()).enforcement.state).toBe('in-force');
  }, 240_000);
});
