import { Alarms } from './alarms';
import { listenerFor } from './documents';
import { Knowledge } from './knowledge';
import { Contact } from './lease/contact';
import { leaseDocument, silent } from './testing/samples';

const alarms = new Alarms(silent);
const knowledge = new Knowledge('cell-1');
const heard: string[] = [];
const listener = listenerFor({
  ...{ knowledge, alarms, mostMissing: 0.5 },
  enforcer: { knowledgeChanged: () => void heard.push('enforce') },
  contact: new Contact(60_000, () => {}, alarms),
  keeper: { changed: () => void heard.push('keep') },
  resynced: () => void heard.push('resynced'),
  leaseNews: { come: () => void heard.push('lease') },
  repeats: { come: () => void heard.push('repeat') },
  holder: () => ({ documentCame: ({ cell }) => void heard.push(`judge ${cell}`) }),
});

it('a malformed lease removes nothing, is left out alone, and raises an alarm until a newer one can be read', () => {
  listener.leaseChanged(leaseDocument(2, 5));
  listener.malformed('heddle.state.lease.cell-2', new Error('no JSON'));
  listener.malformed('heddle.state.lease.cell-3', new Error('no subnet'));
  expect([...knowledge.leases.keys()]).toEqual(['cell-2']);
  expect(alarms.list()).toMatchObject([
    { message: 'heddle.state.lease.cell-2 cannot be read, so the one held stays: no JSON' },
  ]);
  listener.leaseChanged(leaseDocument(2, 6));
  expect(alarms.list().map(({ message }) => message)).toEqual([
    'heddle.state.lease.cell-3 cannot be read, so the one held stays: no subnet',
  ]);
  listener.leaseChanged(leaseDocument(3, 7));
  expect(alarms.list()).toEqual([]);
  // The second one of cell 2 says what the first one did.
  const [one, again] = [
    ['judge cell-2', 'lease', 'keep'],
    ['judge cell-2', 'repeat', 'keep'],
  ];
  expect(heard).toEqual([...one, ...again, 'judge cell-3', 'lease', 'keep']);
});

it('a malformed lease leaves the one that is remembered from an earlier run', () => {
  knowledge.remember([leaseDocument(4, 4)], []);
  listener.malformed('heddle.state.lease.cell-4', new Error('no JSON'));
  expect(knowledge.remembersLeases).toBe(false);
  expect(knowledge.leases.get('cell-4')).toEqual(leaseDocument(4, 4));
  listener.leaseChanged({ cell: 'cell-4', rev: 5, peer: null });
  heard.length = 0;
});

it('all leases are told of once they are verified, not while one cannot be read', () => {
  for (let n = 10; n < 80; n++) listener.leaseChanged(leaseDocument(n, n));
  expect(knowledge.takeNews().documents).toEqual([]);
  listener.malformed('heddle.state.lease.cell-9', new Error('no JSON'));
  heard.length = 0;
  listener.verified(100);
  expect(heard).toEqual([]);
  listener.leaseChanged(leaseDocument(9, 90));
  heard.length = 0;
  listener.verified(100);
  expect([heard, knowledge.takeNews().leasesUpTo]).toEqual([['enforce'], 90]);
  heard.length = 0;
});

it('a malformed document of an app raises an alarm until the app has left the cell', () => {
  listener.malformed('heddle.state.app.web', new Error('no tag'));
  listener.malformed('heddle.state.lease.cell-2', new Error('no JSON'));
  listener.appLeft('db');
  expect(alarms.list()).toMatchObject([{ message: expect.stringContaining('heddle.state.app.web') as unknown }]);
  listener.appLeft('web');
  expect(alarms.list()).toMatchObject([{ message: expect.stringContaining('heddle.state.lease.cell-2') as unknown }]);
  listener.leaseChanged(leaseDocument(2, 8));
  expect(alarms.list()).toEqual([]);
});

it('groups of a space are enforced when they are others than before, and told of in any case', () => {
  heard.length = 0;
  listener.spaceChanged({ space: 's', rev: 91, groups: [] });
  listener.spaceChanged({ space: 's', rev: 92, groups: [] });
  expect(heard).toEqual(['enforce', 'keep', 'repeat', 'keep']);
  expect(knowledge.takeNews().documents).toContainEqual({ key: 'space:s', rev: 92 });
});

it('once everything was read again that is counted, and what came of it is enforced and kept', () => {
  heard.length = 0;
  listener.caughtUp();
  expect(heard).toEqual(['resynced', 'enforce', 'keep']);
});
