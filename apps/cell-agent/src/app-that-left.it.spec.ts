import { ensureCellStreams, stateSubject } from '@heddle/cell-protocol';
import { connectNats } from '@heddle/platform';
import { startTestNats, until, type TestNats } from '@heddle/testing';
import { Alarms } from './alarms';
import { listenerFor } from './documents';
import { Knowledge } from './knowledge';
import { Contact } from './lease/contact';
import { silent } from './testing/samples';
import { Uplink } from './uplink';

describe('an app whose document cannot be read', () => {
  const alarms = new Alarms(silent);
  let nats: TestNats;
  let uplink: Uplink;

  beforeAll(async () => {
    nats = await startTestNats();
    const control = await nats.connect('control');
    await ensureCellStreams(control);
    await control.jetstream().publish(stateSubject.app('web'), '{"app":"web"');
    const knowledge = new Knowledge('cell-1');
    uplink = new Uplink({
      ...{ cell: 'cell-1', knowledge, logger: silent, canWait: false, signal: new AbortController().signal },
      connect: () => connectNats({ servers: nats.url, ...nats.users.cell, name: 'cell-1', inboxPrefix: '_INBOX_CELL' }),
      listener: listenerFor({
        ...{ knowledge, alarms, mostMissing: 0.5, resynced: () => {} },
        enforcer: { knowledgeChanged: () => {} },
        contact: new Contact(60_000, () => {}, alarms),
        keeper: { changed: () => {} },
        leaseNews: { come: () => {} },
        repeats: { come: () => {} },
        holder: () => ({ documentCame: () => {} }),
      }),
    });
    await uplink.ready;
  });
  afterAll(async () => {
    await uplink.close();
    await nats.stop();
  });

  it('raises an alarm while it is on the cell, and none once it has left', async () => {
    await uplink.watchApp('web');
    await until(() => alarms.list().length === 1);
    expect(alarms.list()).toMatchObject([{ code: 'malformed-document' }]);
    uplink.unwatchApp('web');
    expect(alarms.list()).toEqual([]);
  });
});
