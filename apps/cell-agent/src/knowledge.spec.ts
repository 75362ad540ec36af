import { localContainer } from './container';
import { Knowledge } from './knowledge';
import { appDocument, container, leaseDocument } from './testing/samples';

let knowledge: Knowledge;
beforeEach(() => {
  knowledge = new Knowledge('cell-1');
  knowledge.holdSubnet('10.255.1.0/24');
});

/** The agent after its start: leases read, and the app watched with a container in place. */
function hosting(app: string, rev: number): void {
  knowledge.leaseChanged(leaseDocument(1, 1));
  knowledge.leasesSettled(0.5);
  knowledge.appChanged(appDocument(app, rev));
  knowledge.appSettled(app);
  knowledge.addContainer(container(app, 2));
}

describe('the changes that a receipt names', () => {
  it('are not those of documents that were read because a container was started', () => {
    hosting('web', 7);
    expect(knowledge.takeNews().changes).toEqual([]);
  });

  it('are those of documents that came since, each once, ascending', () => {
    hosting('web', 7);
    knowledge.appChanged(appDocument('web', 9));
    knowledge.leaseChanged(leaseDocument(2, 8));
    knowledge.appChanged(appDocument('web', 10));
    knowledge.leaseChanged(leaseDocument(3, 10));
    expect(knowledge.takeNews().changes).toEqual([8, 9, 10]);
    expect(knowledge.takeNews().changes).toEqual([]);
  });

  it('come again when they could not be put in force, with those that came meanwhile', () => {
    hosting('web', 7);
    knowledge.appChanged(appDocument('web', 9));
    const refused = knowledge.takeNews();
    knowledge.appChanged(appDocument('web', 11));
    knowledge.putBack(refused);
    expect(knowledge.takeNews().changes).toEqual([9, 11]);
  });

  it('are not those of an app that has just been forgotten', () => {
    hosting('web', 7);
    knowledge.removeContainer('web-2');
    knowledge.forgetApp('web');
    knowledge.appChanged(appDocument('web', 8));
    expect(knowledge.takeNews().changes).toEqual([]);
  });
});

describe('the documents that a receipt names', () => {
  const documents = () => knowledge.takeNews().documents;

  it('are all that came since, however they came, each as new as it is', () => {
    hosting('web', 7);
    knowledge.appChanged(appDocument('web', 9));
    knowledge.leaseChanged(leaseDocument(2, 8));
    expect(documents()).toEqual([
      { key: 'lease:cell-1', rev: 1 },
      { key: 'app:web', rev: 9 },
      { key: 'lease:cell-2', rev: 8 },
    ]);
    expect(documents()).toEqual([]);
  });

  it('come again when they could not be put in force, unless a newer one came meanwhile', () => {
    hosting('web', 7);
    knowledge.leaseChanged(leaseDocument(2, 8));
    const refused = knowledge.takeNews();
    knowledge.appChanged(appDocument('web', 11));
    knowledge.putBack(refused);
    expect(new Map(documents().map(({ key, rev }) => [key, rev]))).toEqual(
      new Map([
        ['lease:cell-1', 1],
        ['lease:cell-2', 8],
        ['app:web', 11],
      ]),
    );
  });

  it('are not those of an app that left before they were put in force', () => {
    hosting('web', 7);
    knowledge.removeContainer('web-2');
    knowledge.forgetApp('web');
    expect(documents()).toEqual([{ key: 'lease:cell-1', rev: 1 }]);
  });

  it('are not those of an app that left while the kernel refused them', () => {
    hosting('web', 7);
    const refused = knowledge.takeNews();
    knowledge.removeContainer('web-2');
    knowledge.forgetApp('web');
    knowledge.putBack(refused);
    expect(documents()).toEqual([{ key: 'lease:cell-1', rev: 1 }]);
  });
});

describe('more leases than a receipt names', () => {
  const MANY = 65;
  const comes = (from: number, to: number) => {
    for (let n = from; n <= to; n++) knowledge.leaseChanged(leaseDocument(n, n));
  };
  beforeEach(() => {
    comes(1, 1);
    knowledge.leasesSettled(0.5);
    knowledge.takeNews();
  });

  it('are told all together, once all of them are known to be here', () => {
    comes(2, 1 + MANY);
    knowledge.appChanged(appDocument('web', 500));
    expect(knowledge.takeNews()).toMatchObject({ changes: [], documents: [{ key: 'app:web', rev: 500 }] });
    comes(70, 71);
    expect(knowledge.takeNews()).toMatchObject({ changes: [], documents: [] });
    expect(knowledge.leasesVerified(70)).toBe(true);
    const told = { changes: [], documents: [{ key: 'lease:cell-71', rev: 71 }], leasesUpTo: 70 };
    const refused = knowledge.takeNews();
    expect(refused).toMatchObject(told);
    knowledge.putBack(refused);
    expect(knowledge.takeNews()).toMatchObject(told);
    expect(knowledge.takeNews().leasesUpTo).toBeUndefined();
  });

  it('are no reason to say anything where all were named, nor of those that are only remembered', () => {
    comes(2, MANY);
    expect(knowledge.takeNews().documents).toHaveLength(MANY - 1);
    expect(knowledge.leasesVerified(1_000)).toBe(false);
    comes(100, 100 + MANY);
    knowledge.takeNews();
    knowledge.remember([leaseDocument(7, 7)], []);
    expect(knowledge.leasesVerified(1_000)).toBe(false);
    comes(7, 7);
    expect(knowledge.leasesVerified(1_000)).toBe(true);
  });
});

describe('the newest change held', () => {
  it('is 0 of nothing', () => expect(knowledge.newest).toBe(0));

  it('is that of any document, however it came', () => {
    hosting('web', 7);
    expect(knowledge.newest).toBe(7);
    knowledge.leaseChanged(leaseDocument(2, 12));
    expect(knowledge.newest).toBe(12);
  });
});

it('is plausible only with the lease of its own cell', () => {
  expect(knowledge.isPlausible()).toBe(false);
  knowledge.leaseChanged(leaseDocument(2, 1));
  knowledge.appChanged(appDocument('web', 2));
  expect(knowledge.isPlausible()).toBe(false);
  knowledge.leaseChanged(leaseDocument(1, 3));
  expect(knowledge.isPlausible()).toBe(true);
});

it('hosts an app while one of its containers is left', () => {
  knowledge.addContainer(container('web', 2));
  knowledge.addContainer(container('web', 3));
  knowledge.removeContainer('web-2');
  expect([knowledge.hosts('web'), knowledge.hosts('db')]).toEqual([true, false]);
  knowledge.removeContainer('web-3');
  knowledge.removeContainer('web-3');
  expect(knowledge.hosts('web')).toBe(false);
});

describe('what the kernel state follows from', () => {
  it('is the containers, the documents of their apps, and the peers', () => {
    hosting('web', 7);
    knowledge.leaseChanged(leaseDocument(2, 8));
    expect(knowledge.snapshot()).toEqual({
      containers: [localContainer(container('web', 2))],
      apps: new Map([['web', appDocument('web', 7)]]),
      peers: [leaseDocument(2, 8).peer],
    });
  });

  it('has the very same list of peers until a lease changes', () => {
    hosting('web', 7);
    const { peers } = knowledge.snapshot();
    knowledge.appChanged(appDocument('web', 9));
    expect(knowledge.snapshot().peers).toBe(peers);
    knowledge.leaseChanged(leaseDocument(2, 10));
    expect(knowledge.snapshot().peers).not.toBe(peers);
  });

  it('has neither containers nor peers without a lease, for which no document is needed', () => {
    hosting('web', 7);
    knowledge.leaseChanged(leaseDocument(2, 8));
    knowledge.leases.delete('cell-1');
    knowledge.loseSubnet();
    expect(knowledge.isPlausible()).toBe(true);
    expect(knowledge.snapshot()).toMatchObject({ containers: [], peers: [] });
  });

  it('has no container with an address of another lease than the one that is held', () => {
    hosting('web', 7);
    knowledge.holdSubnet('10.255.9.0/24');
    expect(knowledge.snapshot().containers).toEqual([]);
    knowledge.holdSubnet('10.255.1.0/24');
    expect(knowledge.snapshot().containers).toEqual([localContainer(container('web', 2))]);
  });
});

describe('what is remembered from an earlier run', () => {
  const leases = [1, 2, 3, 4].map((n) => leaseDocument(n, n));
  const peers = () => knowledge.snapshot().peers.map(({ cell }) => cell);
  beforeEach(() => knowledge.remember(leases, [appDocument('web', 7)]));

  it('is used, but is no news', () => {
    expect(peers()).toEqual(['cell-2', 'cell-3', 'cell-4']);
    expect(knowledge.snapshot().apps.get('web')).toEqual(appDocument('web', 7));
    expect([knowledge.isPlausible(), knowledge.takeNews()]).toEqual([
      true,
      { changes: [], committedAtMs: new Map(), documents: [], departed: [] },
    ]);
  });

  it('gives way to what is read, and is forgotten where that does not hold it', () => {
    knowledge.leaseChanged(leaseDocument(1, 9));
    knowledge.leaseChanged({ cell: 'cell-2', rev: 10, peer: null });
    knowledge.leaseChanged(leaseDocument(3, 3));
    expect(knowledge.leasesSettled(0.5)).toBeNull();
    expect(peers()).toEqual(['cell-3']);
  });

  it('stays where what is stored in its place cannot be read', () => {
    knowledge.leaseChanged(leaseDocument(1, 9));
    knowledge.leaseChanged(leaseDocument(3, 3));
    knowledge.leaseUnreadable((cell) => cell === 'cell-2');
    expect(knowledge.leasesSettled(0.5)).toBeNull();
    expect(peers()).toEqual(['cell-2', 'cell-3']);
  });

  it('stays whole where what is read cannot be the truth, until it can', () => {
    expect(knowledge.leasesSettled(0.5)).toBe('the lease of cell-1 itself is not among the 0 that were read');
    expect(peers()).toEqual(['cell-2', 'cell-3', 'cell-4']);
    knowledge.leaseChanged(leaseDocument(1, 1));
    expect(knowledge.leasesSettled(0.5)).toBe('3 of 3 peers are gone without a word that their leases have ended');
    knowledge.leaseChanged(leaseDocument(3, 3));
    expect(knowledge.leasesSettled(0.7)).toBeNull();
    expect(peers()).toEqual(['cell-3']);
  });
});

it('names ten thousand changes at most, the newest, however many a kernel keeps waiting', () => {
  hosting('web', 1);
  for (let rev = 2; rev <= 25_000; rev++) {
    knowledge.appChanged(appDocument('web', rev));
    if (rev % 5_000 === 0) knowledge.putBack(knowledge.takeNews());
  }
  const { changes, documents } = knowledge.takeNews();
  expect([changes.length, changes[0], changes.at(-1)]).toEqual([10_000, 15_001, 25_000]);
  expect(documents).toContainEqual({ key: 'app:web', rev: 25_000 });
});

it('says which addresses containers have left, until their connections are forgotten', () => {
  hosting('web', 7);
  knowledge.removeContainer('web-2');
  knowledge.removeContainer('web-2');
  const news = knowledge.takeNews();
  expect(news.departed).toEqual(['10.255.1.2']);
  expect(knowledge.takeNews().departed).toEqual([]);
  knowledge.putBack(news);
  expect(knowledge.takeNews().departed).toEqual(['10.255.1.2']);
});
