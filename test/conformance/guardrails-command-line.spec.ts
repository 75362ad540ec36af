import { TestControlPlane } from '../support/control-plane';
import { runHeddle } from '../support/heddle-command';

const POLICY = ['web', 'db', '--protocol', 'tcp', '--port', '5432'];

describe('guardrails by the command line', () => {
  let plane: TestControlPlane;

  beforeAll(async () => {
    plane = await TestControlPlane.alone();
  }, 60_000);
  afterAll(() => plane?.stop(), 60_000);

  const heddle = (...argv: string[]) => runHeddle(argv, plane);
  const guardrail = (...argv: string[]) => heddle('guardrail', ...argv);

  it('are set, refuse, are told by plans and over history, and go', async () => {
    await heddle('policy', 'add', ...POLICY, '--reason', 'NET-42');
    const set = await guardrail('set', 'only-router', '--from-all-but', 'router', '--to', 'db', '--reason', 'PCI 1.2');
    expect([set.exitCode, set.err]).toEqual([0, '']);
    expect(set.out).toMatch(
      /^guardrail only-router \(refuse\): never all but router → db any port\nagainst it already/,
    );
    expect(set.out).toMatch(/web → db tcp 5432 +change 1 of admin/);
    expect((await guardrail('list')).out).toMatch(/only-router +refuse +all but router +db +any port +2 +PCI 1.2/);
    expect(await heddle('policy', 'add', 'api', ...POLICY.slice(1))).toEqual({
      ...{ exitCode: 2, out: '' },
      err: "the control plane refused this: the policy api → db tcp 5432 is against the guardrail 'only-router' (PCI 1.2): leave it out, or have the guardrail changed first\n",
    });
    const plan = await heddle('plan', 'add', 'api', ...POLICY.slice(1));
    expect(plan.exitCode).toBe(4);
    expect(plan.out).toContain('the guardrail only-router refuses this: 1 policy\n  api → db tcp 5432\n');
    await heddle('policy', 'remove', ...POLICY);
    expect((await guardrail('violations', 'only-router')).out).toMatch(/change 1 of admin +change 3 of admin/);
    expect((await heddle('revert', '3')).out).toContain('the guardrail only-router refuses this: 1 policy');
    expect((await heddle('revert', '3', '--yes')).exitCode).toBe(2);

    await guardrail('set', 'only-router', '--from-all-but', 'router', '--to', 'db', '--warn');
    const added = await heddle('policy', 'add', ...POLICY);
    expect([added.exitCode, added.err]).toEqual([0, 'warning: this is against the guardrail only-router\n']);
    expect((await heddle('changes', '--limit', '1')).out).toContain('! against the guardrail only-router: 1 policy');
    expect((await guardrail('remove', 'only-router')).exitCode).toBe(0);
    expect((await guardrail('check', '--from', 'web', '--to', 'db')).exitCode).toBe(4);
    expect((await guardrail('check', '--from', 'api', '--to', 'db')).exitCode).toBe(0);
  }, 60_000);
});
