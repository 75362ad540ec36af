import { describeAsRoot, RunningHeddle } from '@heddle/testing';
import { Chaos } from '../support/chaos';
import { chaosSteps } from '../support/chaos-steps';
import { Lab } from '../support/lab';
import { POLICIES } from '../support/policies';
import { ProbedLab } from '../support/probed-lab';

/** The schedule of a failed run can be had again; others, too. */
const SEED = Number(process.env.CHAOS_SEED ?? 20_260_914);
const STEPS = 240;
const ROUNDS = 4;

interface Listed {
  readonly source: { id: string };
  readonly destination: { id: string; protocol: string; ports: { start: number; end: number } };
}

describeAsRoot(`while everything is killed again and again, by schedule ${SEED}`, () => {
  let probed: ProbedLab;

  beforeAll(async () => {
    probed = await ProbedLab.open(await Lab.start({ HEDDLE_LOG_LEVEL: 'fatal' }));
    await probed.run('alpha', 0, 'cell-1');
    await probed.run('beta', 0, 'cell-1');
    await probed.run('gamma', 0, 'cell-2');
  }, 120_000);
  afterAll(async () => {
    probed?.close();
    await RunningHeddle.stopAll();
  }, 60_000);

  it('packets go where the acknowledged changes say, and the list holds these and no others', async () => {
    const chaos = new Chaos(probed);
    const steps = chaosSteps(SEED, STEPS);
    for (let round = 0; round < ROUNDS; round++) {
      await chaos.run(steps.slice((round * STEPS) / ROUNDS, ((round + 1) * STEPS) / ROUNDS));
      await chaos.settle();
      expect(await probed.differences()).toEqual([]);
      const { policies } = await probed.lab.heddle.get<{ policies: Listed[] }>(POLICIES);
      const listed = policies.map(({ source, destination: { id: destination, protocol, ports } }) => ({
        ...{ source: source.id, destination, protocol, ...ports },
      }));
      expect(listed).toHaveLength(probed.oracle.all().length);
      expect(listed).toEqual(expect.arrayContaining(probed.oracle.all()));
    }
    // Otherwise the schedule shows nothing.
    expect(chaos.acknowledged).toBeGreaterThan(STEPS / 2);
    for (const times of Object.values(chaos.killed)) expect(times).toBeGreaterThan(0);
  }, 480_000);
});
