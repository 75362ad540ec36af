import { execFileSync } from 'node:child_process';
import { AgentClient, cellAddress, socketPath } from '@heddle/lab';
import { describeEachBackend, NetworkNamespace, RunningHeddle } from '@heddle/testing';
import { kernelRulesOf } from '../support/kernel-rules';
import { Lab } from '../support/lab';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';

const group = (destination: string, spaces: readonly string[] = []) => ({
  ...{ name: 'outside', runningDefault: spaces.length === 0, stagingDefault: false, stagingSpaces: [] },
  runningSpaces: spaces,
  rules: [
    { protocol: 'tcp', destination, ports: '443,8000-8100', log: true },
    { protocol: 'icmp', destination: '192.0.2.0/24', type: 8, code: -1 },
    { protocol: 'all', destination: '203.0.113.0-203.0.113.9' },
  ],
});
const published = (hostPort: number, protocol: 'tcp' | 'udp' = 'tcp') => ({
  ...{ protocol, hostAddress: cellAddress(2), hostPort, containerPort: 8080 },
});

/** What a cell should have had, worked out on the control plane, against what its kernel had. */
describeEachBackend('the rules of a cell, rendered', ({ name }) => {
  const kernelRules = kernelRulesOf(name);
  let lab: Lab;
  let namespace: NetworkNamespace;

  beforeAll(async () => {
    lab = await Lab.start({
      ...{ HEDDLE_LOG_LEVEL: 'fatal', HEDDLE_DENY_NETWORKS: '192.0.2.128/25', HEDDLE_NO_MASQUERADE: '192.0.2.8/29' },
      ...{ HEDDLE_LIMIT_CONNECTIONS: 'on', HEDDLE_CONNECTIONS_PER_SECOND: '7' },
      ...kernelRules.settings,
    });
    namespace = NetworkNamespace.create(`heddle-rules-${process.pid}`);
  }, 120_000);
  afterAll(async () => {
    await RunningHeddle.stopAll();
    namespace?.delete();
  }, 60_000);

  const kernel = (cell: string) => kernelRules.held(`heddle-${cell}`);
  const render = (cell: string, at?: string) =>
    lab.cli('replay', '--cell', cell, '--render', ...(at === undefined ? [] : ['--at', at]));
  const told = (cell: string) => lab.heddle.get<{ rules: string; notes: string[] }>(`/api/v1/cells/${cell}/rules`);
  /** Tables are behind the cells for a moment. */
  const asRendered = async (cell: string) => {
    const deadline = performance.now() + 60_000;
    for (;;) {
      const [rules, held] = [kernelRules.loaded((await told(cell)).rules), kernel(cell)];
      if (rules.join() === held.join() || performance.now() > deadline) return expect(rules).toEqual(held);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  const bind = async (guid: string, ...bound: Parameters<typeof group>) => {
    const { status, body } = await lab.heddle.request('PUT', `/api/v1/security-groups/${guid}`, group(...bound));
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
  const rendered = (at: string) =>
    Object.fromEntries(cells.map((cell) => [cell, kernelRules.loaded(render(cell, at))]));
  const history: { at: string; held: Record<string, string[]> }[] = [];
  const note = async () => {
    for (const cell of cells) await asRendered(cell);
    history.push({ at: await moment(), held: kernels() });
  };

  it('is what its kernel holds now', async () => {
    await lab.allow(wirePolicy('visitor', 'homeowner', 8080), wirePolicy('homeowner', 'visitor', 9000, 9100, 'udp'));
    await bind('outside', '198.51.100.0/24');
    await note();
    expect(rendered(history[0]?.at ?? '')).toEqual(history[0]?.held);
    expect((await told('cell-2')).notes).toEqual([]);
    expect(render('cell-2')).toMatch(/^# cell-2 at .*\n(add table ip heddle|\*nat)\n/);
  }, 180_000);

  if (name !== 'nftables')
    it('lies line by line beside what the cell saves', () => {
      const own = (text: string) => text.match(/^(:|-A )heddle-.*/gm);
      const saved = ['nat', 'filter'].map((table) =>
        execFileSync('ip', ['netns', 'exec', 'heddle-cell-2', `${name}-save`, '-t', table], { encoding: 'utf8' }),
      );
      expect(own(render('cell-2'))).toEqual(own(saved.join('')));
    });

  it('is, of an earlier moment, what its kernel held then', async () => {
    await lab.forbid(wirePolicy('visitor', 'homeowner', 8080));
    lab.cli('lab', 'run', 'guest', '--cell', 'cell-2', '--', 'sleep', '600');
    await lab.allow(wirePolicy('visitor', 'guest', 7000), wirePolicy('guest', 'homeowner', 1, 65_535));
    const agent = new AgentClient(socketPath('cell-2'));
    await agent.add({
      ...{ handle: 'shop-0', app: 'shop', index: 0, space: 'market', workload: 'app', netns: namespace.path },
      published: [published(61_000), published(61_001), published(61_000, 'udp')],
    });
    await bind('of-a-space', '198.51.100.64-198.51.100.99', ['market']);
    await note();
    await bind('outside', '198.51.100.7');
    lab.cli('lab', 'rm', 'guest');
    const { status } = await lab.heddle.request('POST', POLICIES, policiesBody(wirePolicy('late', 'homeowner', 5)));
    expect(status).toBe(200);
    await note();
    await agent.remove('shop-0');
    await lab.forbid(wirePolicy('homeowner', 'visitor', 9000, 9100, 'udp'));
    await note();
    for (const { at, held } of history) expect(rendered(at)).toEqual(held);
    expect(new Set(history.map(({ held }) => JSON.stringify(held))).size).toBe(4);
    expect(history.map(({ held }) => /61001/.test(JSON.stringify(held)))).toEqual([false, true, true, false]);
  }, 300_000);

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
