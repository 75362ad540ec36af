import { Enforcer } from './enforcer';
import { Knowledge } from './knowledge';
import { FakeKernel } from './testing/fake-kernel';
import { appDocument, leaseDocument, silent } from './testing/samples';

it('what follows from the kernel matching is done with each transaction, before the receipt, and not when it is refused', async () => {
  const knowledge = new Knowledge('cell-1');
  knowledge.leaseChanged(leaseDocument(1, 1));
  knowledge.appChanged(appDocument('web', 2));
  const kernel = new FakeKernel();
  const heard: string[] = [];
  const enforcer = new Enforcer({
    ...{ knowledge, firewall: kernel.firewall, peers: kernel.peers, connections: kernel.connections, logger: silent },
    matched: () => void heard.push('matched'),
    receipts: () => void heard.push('receipt'),
  });
  kernel.refuse('rules');
  await expect(enforcer.enforce()).rejects.toThrow();
  expect(heard).toEqual([]);
  await enforcer.enforce();
  // Without news there is no receipt; rules may be left out of what a new container brings.
  await enforcer.enforce();
  expect(heard).toEqual(['matched', 'receipt', 'matched']);
  await enforcer.close();
});
