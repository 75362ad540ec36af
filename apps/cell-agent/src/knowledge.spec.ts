import { Knowledge } from './knowledge';
import { appDocument, container, leaseDocument } from './testing/samples';

let knowledge: Knowledge;
beforeEach(() => (knowledge = new Knowledge('cell-1')));

/** The agent after its start: leases read, and the app watched with a container in place. */
function hosting(app: string, rev: number): void {
  knowledge.leaseChanged(leaseDocument(1, 1));
  knowledge.leasesSettled();
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

it('gives what the kernel state follows from, with the same list of peers until a lease changes', () => {
  hosting('web', 7);
  knowledge.leaseChanged(leaseDocument(2, 8));
  const { peers, ...known } = knowledge.snapshot();
  expect(known).toEqual({ containers: [container('web', 2)], apps: new Map([['web', appDocument('web', 7)]]) });
  expect(peers).toEqual([leaseDocument(2, 8).peer]);
  knowledge.appChanged(appDocument('web', 9));
  expect(knowledge.snapshot().peers).toBe(peers);
  knowledge.leaseChanged({ cell: 'cell-2', rev: 10, peer: null });
  expect(knowledge.snapshot().peers).toEqual([]);
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
