import { allowancesOf, desiredState, type CellKnowledge } from './desired-state';
import type { AppDocument, LocalContainer } from './inputs';

const container = (app: string, n: number): LocalContainer => ({
  handle: `${app}-${n}`,
  app,
  address: `10.255.1.${n}`,
  hostInterface: `s-01025500100${n}`,
});
const known = (facts: Partial<CellKnowledge> & { documents?: AppDocument[] }) =>
  desiredState({
    containers: [],
    apps: new Map(facts.documents?.map((document) => [document.app, document])),
    peers: [],
    ...facts,
  });
const open = (facts: Parameters<typeof known>[0]) => known(facts).containers.flatMap(allowancesOf);

const db: AppDocument = {
  app: 'db',
  rev: 7,
  tag: 2,
  inbound: [
    { protocol: 'tcp', start: 5432, end: 5433, tags: [1, 3] },
    { protocol: 'udp', start: 53, end: 53, tags: [1] },
  ],
};

it('of nothing is nothing', () => expect(known({})).toEqual({ containers: [], peers: [] }));

it('lets a container send as its app, from its own address and interface', () =>
  expect(known({ containers: [container('db', 2)], documents: [db] }).containers).toMatchObject([
    { handle: 'db-2', hostInterface: 's-010255001002', address: '10.255.1.2', tag: 2 },
  ]));

it('opens each container of an app to every tag of every rule', () =>
  expect(open({ containers: [container('db', 2), container('db', 3)], documents: [db] })).toEqual(
    ['10.255.1.2', '10.255.1.3'].flatMap((address) => [
      { address, tag: 1, protocol: 'tcp', start: 5432, end: 5433 },
      { address, tag: 3, protocol: 'tcp', start: 5432, end: 5433 },
      { address, tag: 1, protocol: 'udp', start: 53, end: 53 },
    ]),
  ));

it('an app of which nothing is known sends without a tag and is open to nobody', () =>
  expect(known({ containers: [container('new', 2)], documents: [db] })).toEqual({
    containers: [{ handle: 'new-2', hostInterface: 's-010255001002', address: '10.255.1.2', tag: null, inbound: [] }],
    peers: [],
  }));

it('an app in no policy any more sends without a tag and is open to nobody', () =>
  expect(
    known({ containers: [container('db', 2)], documents: [{ app: 'db', rev: 8, tag: null, inbound: [] }] }),
  ).toMatchObject({ containers: [{ tag: null, inbound: [] }] }));

it('a document of an app without a container here opens nothing', () =>
  expect(open({ containers: [container('web', 2)], documents: [db] })).toEqual([]));

it('hands on the rules of a document as they are, so that nobody has to compare them', () =>
  expect(known({ containers: [container('db', 2)], documents: [db] }).containers[0]?.inbound).toBe(db.inbound));

it('a container of which nobody has said what app it is sends without a tag and is open to nobody', () =>
  expect(known({ containers: [{ ...container('db', 2), app: null }], documents: [db] })).toMatchObject({
    containers: [{ handle: 'db-2', tag: null, inbound: [] }],
  }));
