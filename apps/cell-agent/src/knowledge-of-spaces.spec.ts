import { Knowledge } from './knowledge';
import { container, leaseDocument } from './testing/samples';

describe('the documents of spaces', () => {
  let knowledge: Knowledge;
  beforeEach(() => {
    knowledge = new Knowledge('cell-1');
    knowledge.leaseChanged(leaseDocument(1, 1));
    knowledge.takeNews();
  });
  const space = (name: string | null, rev: number, ...groups: string[]) => ({
    ...{ space: name, rev },
    groups: groups.map((guid) => ({ guid, name: guid, staging: false, running: true, rules: [] })),
  });

  it('are named by a receipt as those of apps are, and their changes once the space is watched', () => {
    knowledge.addContainer(container('web', 2));
    knowledge.spaceChanged(space('s', 5));
    knowledge.spaceChanged(space(null, 6));
    knowledge.takeNews();
    knowledge.spaceSettled('s');
    knowledge.spaceSettled(null);
    // The first says what is known already: how new it is counts, and it is no change.
    const said = [space('s', 8), space('s', 9, 'g'), { ...space(null, 10, 'g'), committedAtMs: 1_000.5 }];
    for (const document of said) knowledge.spaceChanged(document);
    const { changes, committedAtMs, documents } = knowledge.takeNews();
    expect([changes, committedAtMs]).toEqual([[9, 10], new Map([[10, 1_000.5]])]);
    expect(documents).toEqual([
      { key: 'space:s', rev: 9 },
      { key: 'spaces', rev: 10 },
    ]);
  });

  it('are the business of no cell without containers, and are told of for those to come', () => {
    knowledge.spaceSettled(null);
    knowledge.spaceChanged(space(null, 4, 'g'));
    expect(knowledge.takeNews()).toMatchObject({ changes: [], documents: [{ key: 'spaces', rev: 4 }] });
  });

  it('come again when they could not be put in force, unless the space has left', () => {
    knowledge.addContainer(container('web', 2));
    for (const name of ['s', 't', null]) knowledge.spaceChanged(space(name, 8));
    const refused = knowledge.takeNews();
    knowledge.forgetSpace('t');
    knowledge.putBack(refused);
    knowledge.spaceChanged(space('u', 9));
    knowledge.forgetSpace('u');
    const keys = knowledge.takeNews().documents.map(({ key }) => key);
    expect(keys.filter((key) => key.startsWith('space'))).toEqual(['space:s', 'spaces']);
  });

  it('are named beside leases that are too many to be named', () => {
    for (let n = 1; n <= 65; n++) knowledge.leaseChanged(leaseDocument(n, n));
    knowledge.spaceChanged(space('s', 70));
    expect(knowledge.takeNews().documents).toEqual([{ key: 'space:s', rev: 70 }]);
  });
});
