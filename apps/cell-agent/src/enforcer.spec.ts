import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { desiredState } from '@heddle/calc';
import type { Receipt } from '@heddle/cell-protocol';
import { until } from '@heddle/testing';
import { Enforcer } from './enforcer';
import { Knowledge } from './knowledge';
import { FakeKernel } from './testing/fake-kernel';
import { appDocument, container, leaseDocument, silent } from './testing/samples';

let knowledge: Knowledge;
let kernel: FakeKernel;
let receipts: Receipt[];
let sinceCommit: number[];
let enforcer: Enforcer;

beforeEach(() => {
  knowledge = new Knowledge('cell-1');
  knowledge.holdSubnet('10.255.1.0/24');
  kernel = new FakeKernel();
  receipts = [];
  sinceCommit = [];
  enforcer = new Enforcer({
    ...{ knowledge, firewall: kernel.firewall, peers: kernel.peers, connections: kernel.connections, logger: silent },
    receipts: (receipt) => receipts.push(receipt),
    figures: { converged: () => {}, enforced: (seconds) => sinceCommit.push(...seconds) },
  });
});
afterEach(() => enforcer.close());

/** A started agent with one container of `web`, whose lease and documents are in the kernel. */
async function begun(): Promise<void> {
  knowledge.leaseChanged(leaseDocument(1, 1));
  knowledge.leasesSettled(0.5);
  knowledge.appChanged(appDocument('web', 2));
  knowledge.appSettled('web');
  knowledge.addContainer(container('web', 2));
  await enforcer.begin();
}
function hear(rev: number): void {
  knowledge.appChanged(appDocument('web', rev));
  enforcer.knowledgeChanged();
}
const wanted = () => desiredState(knowledge.snapshot());
const changesReceipted = () => receipts.flatMap(({ changes }) => changes);
/** Long enough for anything that would still happen by itself. */
const quiet = async () => {
  for (let turn = 0; turn < 10; turn++) await turnOfTheLoop();
};

describe('at the start', () => {
  it('nothing is enforced before everything has been read', async () => {
    knowledge.leaseChanged(leaseDocument(1, 1));
    enforcer.knowledgeChanged();
    await quiet();
    expect(kernel.rules).toEqual([]);
    await enforcer.begin();
    expect(kernel.rules).toEqual([wanted()]);
  });

  it('the kernel matches when begin resolves, and the receipt says which documents are in it', async () => {
    await begun();
    expect([kernel.rules, kernel.peerLists]).toEqual([[wanted()], [[]]]);
    expect(receipts).toEqual([
      {
        ...{ cell: 'cell-1', enforcedUpTo: 2, changes: [], flowsCut: 0 },
        documents: [
          { key: 'lease:cell-1', rev: 1 },
          { key: 'app:web', rev: 2 },
        ],
        enforcedAtMs: expect.closeTo(Date.now(), -3) as number,
      },
    ]);
    expect(enforcer.enforcedUpTo).toBe(2);
  });

  it('knowledge that cannot be the truth leaves the kernel alone, until it can', async () => {
    knowledge.appChanged(appDocument('web', 2));
    knowledge.leaseChanged(leaseDocument(2, 1));
    await expect(enforcer.enforce()).rejects.toThrow('do not hold the lease of this cell');
    const beginning = enforcer.begin();
    await quiet();
    expect([kernel.rules, receipts]).toEqual([[], []]);
    knowledge.leaseChanged(leaseDocument(1, 3));
    await beginning;
    expect(kernel.rules).toEqual([wanted()]);
    expect(receipts).toHaveLength(1);
  });
});

describe('what becomes known', () => {
  it('goes into the kernel, and then a receipt says so', async () => {
    await begun();
    const letGo = kernel.hold();
    hear(7);
    await until(() => kernel.running === 1);
    expect(receipts).toHaveLength(1);
    letGo();
    await until(() => receipts.length === 2);
    expect(kernel.rules.at(-1)).toEqual(wanted());
    expect(receipts[1]).toMatchObject({ enforcedUpTo: 7, changes: [7], documents: [{ key: 'app:web', rev: 7 }] });
  });

  it('is counted from its commit, once, when the kernel has it, and not when it was read at the start', async () => {
    knowledge.appChanged(appDocument('web', 2, { committedAtMs: 1 }));
    await begun();
    expect(sinceCommit).toEqual([]);
    kernel.refuse('rules');
    knowledge.appChanged(appDocument('web', 3, { committedAtMs: Date.now() - 60_000 }));
    await expect(enforcer.enforce()).rejects.toThrow();
    expect(sinceCommit).toEqual([]);
    await enforcer.enforce();
    expect(sinceCommit).toEqual([expect.closeTo(60, -1)]);
  });

  it('together becomes one transaction', async () => {
    await begun();
    for (let rev = 3; rev <= 50; rev++) hear(rev);
    await until(() => receipts.length === 2);
    expect(kernel.rules[1]).toEqual(wanted());
    expect(receipts[1]?.changes).toEqual(Array.from({ length: 48 }, (_, i) => i + 3));
  });

  it('in one turn of the loop becomes one transaction, though not at one moment', async () => {
    await begun();
    for (let rev = 3; rev <= 20; rev++) {
      hear(rev);
      await Promise.resolve();
    }
    await until(() => enforcer.enforcedUpTo === 20);
    expect(receipts).toHaveLength(2);
  });

  it('while a transaction runs goes into the next, however much it is', async () => {
    await begun();
    const letGo = kernel.hold();
    hear(3);
    await until(() => kernel.running === 1);
    for (let rev = 4; rev <= 60; rev++) {
      hear(rev);
      if (rev % 9 === 0) await turnOfTheLoop();
    }
    letGo();
    await until(() => enforcer.enforcedUpTo === 60);
    expect(kernel.rules).toHaveLength(3);
    expect(receipts.slice(1).map(({ changes }) => changes.length)).toEqual([1, 57]);
  });

  it('before somebody asked is in the kernel when they are told, also while another transaction runs', async () => {
    await begun();
    const letGo = kernel.hold();
    const first = enforcer.enforce();
    await until(() => kernel.running === 1);
    knowledge.addContainer(container('web', 3));
    const asked = [enforcer.enforce(), enforcer.enforce()];
    letGo();
    await first;
    expect(kernel.rules.at(-1)?.containers).toHaveLength(1);
    await Promise.all(asked);
    expect(kernel.rules.at(-1)?.containers).toHaveLength(2);
    expect(kernel.rules).toHaveLength(3);
  });

  it('a receipt is not given for what brings no document', async () => {
    await begun();
    await enforcer.enforce();
    expect(receipts).toHaveLength(1);
  });
});

describe('what the kernel refuses', () => {
  it.each(['rules', 'peers'] as const)('is told to who asked, and gives no receipt: %s', async (kind) => {
    await begun();
    knowledge.leaseChanged(leaseDocument(2, 3));
    knowledge.appChanged(appDocument('web', 3));
    kernel.refuse(kind);
    await expect(enforcer.enforce()).rejects.toThrow(`the kernel refused ${kind}`);
    expect([receipts.length, enforcer.enforcedUpTo]).toEqual([1, 2]);
    await enforcer.enforce();
    expect(receipts[1]).toMatchObject({ enforcedUpTo: 3, changes: [3] });
    expect(receipts[1]?.documents).toContainEqual({ key: 'app:web', rev: 3 });
  });

  it('is tried again by itself; its receipt comes then, with what came meanwhile', async () => {
    await begun();
    kernel.refuse('rules', 'peers', 'rules');
    knowledge.leaseChanged(leaseDocument(2, 3));
    hear(3);
    await quiet();
    hear(4);
    await until(() => enforcer.enforcedUpTo === 4);
    expect(kernel.rules.at(-1)).toEqual(wanted());
    expect(changesReceipted()).toEqual([3, 4]);
    expect(receipts.at(-1)?.documents).toContainEqual({ key: 'app:web', rev: 4 });
  });

  it('of one peer keeps the others from nothing', async () => {
    await begun();
    kernel.malformed = [{ cell: 'cell-2', reason: 'no address' }];
    knowledge.leaseChanged(leaseDocument(2, 3));
    enforcer.knowledgeChanged();
    await until(() => enforcer.enforcedUpTo === 3);
    expect(kernel.peerLists.at(-1)).toEqual([leaseDocument(2, 3).peer]);
  });
});

describe('what is not allowed any more', () => {
  const closed = {
    ...{ address: '10.255.1.2', protocol: 'tcp' as const, tag: 1 },
    ...{ before: [{ start: 8080, end: 8080 }], after: [] },
  };

  it('is ended after the rules, and the receipt that waits for it says how many flows that were', async () => {
    await begun();
    kernel.withdrawn = [closed];
    kernel.flows = 3;
    hear(3);
    await until(() => receipts.length === 2);
    expect(kernel.cut).toEqual([[closed]]);
    expect(receipts.map(({ flowsCut }) => flowsCut)).toEqual([0, 3]);
  });

  it('is ended when it is tried again, though the rules are gone by then', async () => {
    await begun();
    kernel.withdrawn = [closed];
    kernel.refuse('cut');
    hear(3);
    await until(() => receipts.length === 2);
    expect(kernel.cut).toEqual([[closed]]);
    expect(receipts[1]).toMatchObject({ changes: [3] });
  });

  it.each([[[]], [['rules' as const]], [['forget' as const]]])(
    'leaves no connection of an address that a container has left, whatever fails: %j',
    async (refused) => {
      await begun();
      knowledge.removeContainer('web-2');
      kernel.refuse(...refused);
      enforcer.knowledgeChanged();
      await until(() => kernel.forgotten.length > 0);
      await enforcer.enforce();
      expect(kernel.forgotten).toEqual(['10.255.1.2']);
      expect(kernel.rules.at(-1)?.containers).toEqual([]);
    },
  );
});

it('hands on the same list of peers until a lease changes, so that nobody has to compare them', async () => {
  await begun();
  hear(3);
  await until(() => receipts.length === 2);
  expect(kernel.peerLists[1]).toBe(kernel.peerLists[0]);
  knowledge.leaseChanged(leaseDocument(2, 4));
  await enforcer.enforce();
  expect(kernel.peerLists.at(-1)).toEqual([leaseDocument(2, 4).peer]);
});

describe('closed', () => {
  it.each([
    ['begun by itself', () => hear(3)],
    ['that was asked for', () => void enforcer.enforce()],
  ])('in the middle of a transaction %s, it waits for that, and begins none after it', async (_, begin) => {
    await begun();
    const letGo = kernel.hold();
    begin();
    await until(() => kernel.running === 1);
    const asked = enforcer.enforce().then(
      () => 'done',
      () => 'not done',
    );
    await turnOfTheLoop();
    let isClosed = false;
    const closing = enforcer.close().then(() => (isClosed = true));
    await quiet();
    expect(isClosed).toBe(false);
    letGo();
    await closing;
    expect(kernel.rules).toHaveLength(2);
    expect(await asked).toBe('not done');
    await quiet();
    expect([kernel.rules.length, kernel.running]).toEqual([2, 0]);
  });

  it('while it waits to try again, it tries no more', async () => {
    await begun();
    kernel.refuse(...Array.from({ length: 100 }, () => 'rules' as const));
    hear(3);
    await quiet();
    const before = performance.now();
    await enforcer.close();
    expect(performance.now() - before).toBeLessThan(5_000);
    await quiet();
    expect(kernel.rules).toHaveLength(1);
  });
});
