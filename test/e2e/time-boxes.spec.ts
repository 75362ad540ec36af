import { describeAsRoot, RunningHeddle } from '@heddle/testing';
import { HeldConnection, visit } from '../support/in-namespace';
import { Lab } from '../support/lab';
import { childrenOf, until } from '../support/processes';

const VISITOR = 'heddle-visitor-0';
const CHANGES = '/api/v1/changes';
const door = { source: 'visitor', destination: 'homeowner', protocol: 'tcp', start: 8080, end: 8080 };

interface Change {
  readonly seq: number;
  readonly time: string;
  readonly actor: { readonly name: string };
  readonly data: { readonly removed?: unknown; readonly cause?: { readonly changes: readonly number[] } };
}

describeAsRoot('a policy with an end, on the lab', () => {
  let lab: Lab;
  let home: string;

  beforeAll(async () => {
    lab = await Lab.start();
    home = await lab.addressOf('homeowner');
  }, 120_000);
  afterAll(() => RunningHeddle.stopAll(), 60_000);

  const newest = async () => (await lab.heddle.get<{ changes: Change[] }>(`${CHANGES}?limit=1`)).changes[0] as Change;

  async function ask(command: object): Promise<number> {
    const headers = { 'x-heddle-reason': 'the pager went off' };
    const { status, body } = await lab.heddle.request('POST', CHANGES, { ...command, policies: [door] }, headers);
    expect([status, body]).toEqual([200, expect.any(String)]);
    return (JSON.parse(body) as { change: number }).change;
  }

  /** Opens the door for a while. @returns the change, and a connection that stands since */
  async function open(expires: string): Promise<{ change: number; held: HeldConnection }> {
    expect((await visit(VISITOR, home, 8080)).result).toBe('refused');
    const change = await ask({ type: 'add-policies', expires });
    await until('the door is open', async () => /Welcome/.test((await visit(VISITOR, home, 8080)).result));
    return { change, held: await HeldConnection.open(VISITOR, home, 8080) };
  }

  /** Nothing comes through any more, and each cell has said so. */
  async function expectClosed(by: Change, held: HeldConnection, end: { setBy: number; atMs: number }): Promise<void> {
    expect(by).toMatchObject({
      actor: { name: 'heddle' },
      data: { removed: [door], cause: { what: 'expired', changes: [end.setBy] } },
    });
    expect(Date.parse(by.time)).toBeGreaterThanOrEqual(end.atMs);
    const receipt = await lab.heddle.get<{ flowsCut: number }>(`${CHANGES}/${by.seq}/enforcement?wait=30`);
    expect(receipt).toMatchObject({
      state: 'in-force',
      cellsConcerned: 2,
      cellsEnforcing: 2,
      cells: ['cell-1', 'cell-2'].map((cell) => ({ cell, state: 'enforced' })),
    });
    expect(receipt.flowsCut).toBeGreaterThan(0);
    expect(await held.isCut()).toBe(true);
    expect((await visit(VISITOR, home, 8080)).result).toBe('refused');
  }

  async function endOf(): Promise<number> {
    const { policies } = await lab.heddle.get<{ policies: { expires: string }[] }>('/api/v1/policies?expiring=true');
    expect(policies).toHaveLength(1);
    return Date.parse(policies[0]?.expires as string);
  }

  it('lets through until its time is over, cuts what stands then, and each cell says so', async () => {
    const { change, held } = await open('15s');
    const atMs = await endOf();
    expect(await held.isOpenAfter(100)).toBe(true);
    await until('it is closed', async () => (await newest()).seq > change, 60_000);
    await expectClosed(await newest(), held, { setBy: change, atMs });
  }, 120_000);

  it('whose time is over while the control plane is dead is closed before that answers again', async () => {
    const { held } = await open('1h');
    const change = await ask({ type: 'limit-policies', expires: '10s' });
    const atMs = await endOf();
    const { pid } = lab.heddle;
    const [controlPlane] = childrenOf(pid, 'control-plane');
    // Who would start it again stands still meanwhile.
    process.kill(pid, 'SIGSTOP');
    try {
      process.kill(controlPlane as number, 'SIGKILL');
      await until('its time is over', () => Date.now() > atMs + 500, 30_000);
      // Nobody is there who could close it, and cells keep what they have.
      expect(await held.isOpenAfter(100)).toBe(true);
      expect((await visit(VISITOR, home, 8080)).result).toMatch(/Welcome/);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    let first: Change | undefined;
    const answered = async () => (first = await newest().catch(() => undefined)) !== undefined;
    await until('it answers again', answered, 60_000);
    await expectClosed(first as unknown as Change, held, { setBy: change, atMs: atMs + 500 });
  }, 120_000);
});
