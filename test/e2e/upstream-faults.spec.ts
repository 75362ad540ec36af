import { execFileSync } from 'node:child_process';
import { describeAsRoot, RunningHeddle } from '@heddle/testing';
import { Lab } from '../support/lab';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';

/** As in the measurement of the incumbent in which bursts got lost, with more of them. */
const BURSTS = 100;
/** After so many of them their policies are removed, all at once. */
const BURSTS_STORED = 20;
const CLIENTS = 16;
const CREATES = 32;

/** Faults that were seen in agents which poll a policy server for what changed since a time. */
describeAsRoot('what is lost on cells that poll', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.start();
  }, 120_000);
  afterAll(() => RunningHeddle.stopAll(), 60_000);

  const inCell = (...command: string[]) =>
    execFileSync('ip', ['netns', 'exec', 'heddle-cell-2', ...command], { encoding: 'utf8' });
  /** The ports that the kernel of the homeowner's cell lets anybody in to. */
  const enforced = () =>
    [...inCell('nft', 'list', 'table', 'ip', 'heddle').matchAll(/ tcp \. (\d+) /g)]
      .map(([, port]) => Number(port))
      .sort();
  const listed = async () => {
    const { policies } = await lab.heddle.get<{ policies: { destination: { ports: { start: number } } }[] }>(POLICIES);
    return policies.map(({ destination }) => destination.ports.start).sort();
  };

  it('no burst of writers loses one of its changes', async () => {
    let port = 10_000;
    for (let burst = 0; burst < BURSTS; burst++) {
      const last = port + CREATES;
      const writer = async () => {
        while (port < last) {
          const body = policiesBody(wirePolicy('visitor', 'homeowner', port++));
          const { status } = await lab.heddle.request('POST', POLICIES, body);
          expect(status).toBe(200);
        }
      };
      await Promise.all(Array.from({ length: CLIENTS }, writer));
      const { enforcement } = await lab.newestChange();
      expect(enforcement.state).toBe('in-force');
      expect(enforced()).toEqual(await listed());
      if ((burst + 1) % BURSTS_STORED > 0) continue;
      expect(enforced()).toHaveLength(BURSTS_STORED * CREATES);
      await lab.forbidAll();
      expect(enforced()).toEqual([]);
    }
  }, 240_000);

  it('a transaction that the kernel refuses is made again at once, and the receipt waits for it', async () => {
    for (let port = 9000; port < 9010; port++) {
      // Without its table the kernel refuses to add to it.
      inCell('nft', 'delete', 'table', 'ip', 'heddle');
      const { enforcement } = await lab.allow(wirePolicy('visitor', 'homeowner', port));
      expect(enforcement.state).toBe('in-force');
      expect(enforced()).toContain(port);
    }
  }, 120_000);
});
