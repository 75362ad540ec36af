import { describeAsRoot, RunningHeddle } from '@heddle/testing';
import { kernelTable, loadedTable } from '../support/kernel-table';
import { Lab } from '../support/lab';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';

const group = (destination: string) => ({
  ...{ name: 'outside', runningDefault: true, stagingDefault: false, runningSpaces: [], stagingSpaces: [] },
  rules: [
    { protocol: 'tcp', destination, ports: '443,8000-8100', log: true },
    { protocol: 'icmp', destination: '192.0.2.0/24', type: 8, code: -1 },
    { protocol: 'all', destination: '203.0.113.0-203.0.113.9' },
  ],
});

/** What a cell should have had, worked out on the control plane, against what its kernel had. */
describeAsRoot('the rules of a cell, rendered', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.start({ HEDDLE_LOG_LEVEL: 'fatal', HEDDLE_DENY_NETWORKS: '192.0.2.128/25' });
  }, 120_000);
  afterAll(() => RunningHeddle.stopAll(), 60_000);

  const kernel = (cell: string) => kernelTable(`heddle-${cell}`);
  const render = (cell: string, at?: string) =>
    lab.cli('replay', '--cell', cell, '--render', ...(at === undefined ? [] : ['--at', at]));
  const told = (cell: string) => lab.heddle.get<{ rules: string; notes: string[] }>(`/api/v1/cells/${cell}/rules`);
  /** Tables are behind the cells for a moment. */
  const asRendered = async (cell: string) => {
    const deadline = performance.now() + 60_000;
    for (;;) {
      const [rules, held] = [loadedTable((await told(cell)).rules), kernel(cell)];
      if (rules.join() === held.join() || performance.now() > deadline) return expect(rules).toEqual(held);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  const bind = async (destination: string) => {
    const { status, body } = await lab.heddle.request('PUT', '/api/v1/security-groups/outside', group(destination));
    expect([status < 300, body]).toEqual([true, expect.any(String)]);
  };
  /** A moment between what was before and what comes: containers are told of by the clock, to the millisecond. */
  const moment = async () => {
    const now = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return now;
  };
  const cells = ['cell-1', 'cell-2'];
  const kernels = () => Object.fromEntries(cells.map((cell) => [cell, kernel(cell)]));
  const rendered = (at: string) => Object.fromEntries(cells.map((cell) => [cell, loadedTable(render(cell, at))]));
  const history: { at: string; held: Record<string, string[]> }[] = [];
  const note = async () => {
    for (const cell of cells) await asRendered(cell);
    history.push({ at: await moment(), held: kernels() });
  };

  it('is what its kernel holds now', async () => {
    await lab.allow(wirePolicy('visitor', 'homeowner', 8080), wirePolicy('homeowner', 'visitor', 9000, 9100, 'udp'));
    await bind('198.51.100.0/24');
    await note();
    expect(rendered(history[0]?.at ?? '')).toEqual(history[0]?.held);
    expect((await told('cell-2')).notes).toEqual([]);
    expect(render('cell-2')).toMatch(/^# cell-2 at .*\nadd table ip heddle\n/);
  }, 180_000);

  it('is, of an earlier moment, what its kernel held then', async () => {
    await lab.forbid(wirePolicy('visitor', 'homeowner', 8080));
    lab.cli('lab', 'run', 'guest', '--cell', 'cell-2', '--', 'sleep', '600');
    await lab.allow(wirePolicy('visitor', 'guest', 7000), wirePolicy('guest', 'homeowner', 1, 65_535));
    await note();
    await bind('198.51.100.7');
    lab.cli('lab', 'rm', 'guest');
    const { status } = await lab.heddle.request('POST', POLICIES, policiesBody(wirePolicy('late', 'homeowner', 5)));
    expect(status).toBe(200);
    await note();
    for (const { at, held } of history) expect(rendered(at)).toEqual(held);
    const [first, second, third] = history.map(({ held }) => JSON.stringify(held));
    expect(new Set([first, second, third]).size).toBe(3);
  }, 240_000);

  it('is refused where it is not known', async () => {
    const asked = async (path: string) => {
      const { status, body } = await lab.heddle.request('GET', path);
      return [status, (JSON.parse(body) as { code: string }).code];
    };
    expect(await asked('/api/v1/cells/cell-9/rules')).toEqual([404, 'cell-unheard']);
    expect(await asked('/api/v1/cells/cell-2/rules?at=1')).toEqual([404, 'placements-unknown']);
    expect(await asked('/api/v1/cells/cell-2/rules?at=99999')).toEqual([404, 'no-such-change']);
  });
});
