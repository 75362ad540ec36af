import { startTestNats } from '@heddle/testing';
import { TestControlPlane } from '../support/control-plane';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';

it('a control plane does not start on tables that were filled from another log', async () => {
  const [one, other] = [await startTestNats(), await startTestNats()];
  try {
    const server = await TestControlPlane.start(one);
    await server.request('POST', POLICIES, { body: policiesBody(wirePolicy('web', 'db')) });
    await server.get(POLICIES);
    await server.stop({ keepData: true });
    await expect(TestControlPlane.start(other, undefined, server.dataDir)).rejects.toThrow(
      'the read model holds change 1 of another log than the one on this nats-server (which ends at 0)',
    );
    const again = await TestControlPlane.start(one, undefined, server.dataDir);
    expect(await again.get(POLICIES)).toMatchObject({ total_policies: 1 });
    await again.stop();
  } finally {
    await Promise.all([one.stop(), other.stop()]);
  }
}, 60_000);
