import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JetStreamEventLog } from '@heddle/event-log';
import { startTestNats, type TestNats } from '@heddle/testing';
import { ControlPlaneProcess } from '../support/control-plane-process';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';

const ROUNDS = 40;
const PORTS = [1, 2, 3, 4, 5, 6];

describe('a guardrail that is set on one control plane while policies are added on two', () => {
  let nats: TestNats;
  let directory: string;
  const planes: ControlPlaneProcess[] = [];

  beforeAll(async () => {
    nats = await startTestNats();
    directory = await mkdtemp(join(tmpdir(), 'heddle-race-'));
    for (const name of ['a', 'b']) planes.push(await ControlPlaneProcess.start(nats, join(directory, name)));
  }, 90_000);
  afterAll(async () => {
    for (const plane of planes.splice(0)) await plane.stop();
    await nats?.stop();
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  const plane = (n: number) => planes[n % planes.length] as ControlPlaneProcess;

  /** Everything at once; which port was accepted. */
  async function race(round: number): Promise<number[]> {
    const guardrail = {
      ...{ mode: 'refuse', from: { is: 'none-of', apps: ['router'] } },
      to: { is: 'one-of', apps: [`db-${round}`] },
    };
    const add = async (port: number) => {
      const body = policiesBody(wirePolicy('web', `db-${round}`, port));
      return [port, (await plane(round + port).request('POST', POLICIES, body)).status] as const;
    };
    const setting = () => plane(round).request('PUT', `/api/v1/guardrails/only-router-${round}`, guardrail);
    const half = PORTS.length / 2;
    const [before, set, behind] = await Promise.all([
      Promise.all(PORTS.slice(0, half).map(add)),
      setting(),
      Promise.all(PORTS.slice(half).map(add)),
    ]);
    expect(set.status).toBe(200);
    const answers = [...before, ...behind];
    expect(answers.filter(([, status]) => status !== 200 && status !== 403)).toEqual([]);
    return answers.flatMap(([port, status]) => (status === 200 ? [port] : []));
  }

  /** Which ports the log allows to an app before the guardrail was set, and behind it. */
  async function inTheLog(round: number): Promise<{ before: number[]; behind: number[] }> {
    const log = new JetStreamEventLog(await nats.connect());
    const ports: { before: number[]; behind: number[] } = { before: [], behind: [] };
    let place: keyof typeof ports = 'before';
    for await (const { data } of log.read({ after: 0, upTo: await log.lastSequence() })) {
      const { guardrail, added = [] } = data as {
        guardrail?: { name: string };
        added?: { destination: string; start: number }[];
      };
      if (guardrail?.name === `only-router-${round}`) place = 'behind';
      for (const { destination, start } of added) if (destination === `db-${round}`) ports[place].push(start);
    }
    return ports;
  }

  it('lets those stand that came before it in the log, and no other; and each answer says which', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const accepted = await race(round);
      const { before, behind } = await inTheLog(round);
      expect([accepted.sort(), behind]).toEqual([before.sort(), []]);
      const late = policiesBody(wirePolicy('web', `db-${round}`, 9));
      for (const each of planes) expect((await each.request('POST', POLICIES, late)).status).toBe(403);
    }
  }, 240_000);
});
