import { execFileSync } from 'node:child_process';
import { describeAsRoot, RunningHeddle } from '@heddle/testing';
import { HeldConnection, visit, visitUntil } from '../support/in-namespace';
import { Lab } from '../support/lab';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';
import { childrenOf, processesIn, until } from '../support/processes';

const VISITOR = 'heddle-visitor-0';
const door = wirePolicy('visitor', 'homeowner', 8080);
const other = wirePolicy('visitor', 'homeowner', 8081);

describeAsRoot('while traffic runs on the lab', () => {
  let lab: Lab;
  let home: string;

  beforeAll(async () => {
    lab = await Lab.start();
    home = await lab.addressOf('homeowner');
  }, 120_000);
  afterAll(() => RunningHeddle.stopAll(), 60_000);
  beforeEach(async () => void (await lab.allow(door)));
  afterEach(async () => {
    const { policies } = await lab.heddle.get<{ policies: unknown[] }>(POLICIES);
    if (policies.length > 0) await lab.forbid(...policies);
  });

  const inHomeownersCell = (...command: string[]) =>
    execFileSync('ip', ['-n', 'heddle-cell-2', ...command], { encoding: 'utf8' });
  const rules = () =>
    execFileSync('ip', ['netns', 'exec', 'heddle-cell-2', 'nft', '-s', 'list', 'table', 'ip', 'heddle'], {
      encoding: 'utf8',
    });
  const liveCells = async () => (await lab.cells()).filter(({ state }) => state === 'live').length;

  async function killAgent(): Promise<void> {
    const [agent] = processesIn('heddle-cell-2');
    process.kill(agent as number, 'SIGKILL');
    await until('the agent is gone', () => !processesIn('heddle-cell-2').includes(agent as number));
  }

  it('an agent killed leaves the rules; started again it loses no connection and clears away what belongs to nobody', async () => {
    const held = await HeldConnection.open(VISITOR, home, 8080);
    const before = rules();
    await killAgent();
    expect(rules()).toBe(before);
    expect((await visit(VISITOR, home, 8080)).result).toMatch(/Welcome/);
    expect((await visit(VISITOR, home, 8081)).result).toBe('refused');
    inHomeownersCell('link', 'add', 's-010255002099', 'type', 'veth', 'peer', 'name', 'nobody');
    await until('the orphan is gone', () => !inHomeownersCell('-br', 'link').includes('s-010255002099'));
    await until('both cells are live', async () => (await liveCells()) === 2);
    expect(rules()).toBe(before);
    expect(await held.isOpenAfter(200)).toBe(true);
    expect((await lab.allow(other)).enforcement.state).toBe('in-force');
    expect((await visit(VISITOR, home, 8081)).result).toMatch(/Welcome/);
    held.close();
  }, 60_000);

  it('an agent that was away while policies changed catches up by itself, and says so', async () => {
    await killAgent();
    const { status } = await lab.heddle.request('POST', POLICIES, policiesBody(other));
    expect(status).toBe(200);
    const change = await lab.newestChange();
    expect(change.enforcement.cells).toContainEqual(expect.objectContaining({ cell: 'cell-2', state: 'enforced' }));
    expect(await visitUntil(VISITOR, home, 8081, /Welcome/)).toMatch(/Welcome/);
  }, 60_000);

  it('nats-server killed and started again loses no acknowledged change, and the cells catch up by themselves', async () => {
    const held = await HeldConnection.open(VISITOR, home, 8080);
    const acknowledged: number[] = [];
    let go = true;
    const writing = (async () => {
      for (let port = 9000; go; port++) {
        const policy = wirePolicy('visitor', 'homeowner', port);
        const { status } = await lab.heddle.request('POST', POLICIES, policiesBody(policy));
        if (status === 200) acknowledged.push(port);
      }
    })();
    for (let kill = 0; kill < 3; kill++) {
      const reached = acknowledged.length + 20;
      await until('changes are made', () => acknowledged.length >= reached);
      const [server] = childrenOf(lab.heddle.pid, 'nats-server');
      process.kill(server as number, 'SIGKILL');
      await until(
        'another server runs',
        () => ![undefined, server].includes(childrenOf(lab.heddle.pid, 'nats-server')[0]),
      );
    }
    await until('changes are made again', () => acknowledged.length > 60);
    go = false;
    await writing;
    const { policies } = await lab.heddle.get<{ policies: { destination: { ports: { start: number } } }[] }>(POLICIES);
    const listed = policies.map(({ destination }) => destination.ports.start);
    expect(listed).toEqual(expect.arrayContaining(acknowledged));
    expect(new Set(listed).size).toBe(listed.length);
    expect((await lab.allow(other)).enforcement).toMatchObject({ state: 'in-force', cellsConcerned: 1 });
    const kernel = rules();
    for (const port of listed) expect(kernel).toContain(`tcp . ${port} `);
    expect(await held.isOpenAfter(100)).toBe(true);
    held.close();
  }, 120_000);

  it('the control plane killed is started again; cells keep what they have, and go on with the next change', async () => {
    const held = await HeldConnection.open(VISITOR, home, 8080);
    const [controlPlane] = childrenOf(lab.heddle.pid, 'control-plane');
    process.kill(controlPlane as number, 'SIGKILL');
    expect((await visit(VISITOR, home, 8080)).result).toMatch(/Welcome/);
    await until('it answers again', () =>
      lab.heddle.get('/healthz').then(
        () => true,
        () => false,
      ),
    );
    await until('both cells are heard', async () => (await liveCells()) === 2);
    expect((await lab.forbid(door)).enforcement).toMatchObject({ state: 'in-force', cellsConcerned: 2 });
    expect(await held.isCut()).toBe(true);
    expect((await lab.cells()).flatMap(({ containers }) => containers.map(({ app }) => app)).sort()).toEqual([
      'homeowner',
      'visitor',
    ]);
  }, 60_000);
});
