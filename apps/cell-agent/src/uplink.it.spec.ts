import type { AppDocument } from '@heddle/calc';
import { ensureCellStreams, StatePublisher, stateSubject } from '@heddle/cell-protocol';
import { startTestNats, until, type TestNats } from '@heddle/testing';
import { OnlineCell } from './testing/online-cell';
import { appDocument, leaseDocument } from './testing/samples';

describe('a cell with a line to the server', () => {
  let nats: TestNats;
  let publisher: StatePublisher;
  let cell: OnlineCell;

  beforeAll(async () => {
    nats = await startTestNats({ maxPayloadBytes: 64 * 1024 });
    const control = await nats.connect('control');
    await ensureCellStreams(control);
    publisher = await StatePublisher.open(control);
    publish(1, appDocument('web', 1));
  });
  beforeEach(() => (cell = new OnlineCell(nats)));
  afterEach(() => cell.close());
  afterAll(async () => {
    await publisher.close();
    await nats.stop();
  });

  /** Publishes the lease of the cell and the document of an app. */
  function publish(seq: number, document: AppDocument): void {
    const lease = { subject: stateSubject.lease('cell-1'), render: () => leaseDocument(1, seq) };
    const app = { subject: stateSubject.app(document.app), render: () => document };
    publisher.publish({ seq, documents: [lease, app] });
  }

  it('enforces a document that is larger than what the server carries in one message, and says so', async () => {
    await cell.begin('web');
    const tags = Array.from({ length: 40_000 }, (_, i) => i + 1);
    const inbound = [{ protocol: 'tcp' as const, start: 8080, end: 8080, tags }];
    publish(2, appDocument('web', 2, { inbound }));
    await until(() => cell.kernel.rules.at(-1)?.containers[0]?.inbound[0]?.tags.length === tags.length);
    expect(cell.alarms.list()).toEqual([]);
    await until(() =>
      cell.receipts.some(({ documents }) => documents.some(({ key, rev }) => key === 'app:web' && rev === 2)),
    );
  });

  it('says of groups which documents it enforces, and of which changes it heard', async () => {
    const group = { guid: 'g', name: 'g', staging: false, running: true, rules: [] };
    const put = (seq: number, ...spaces: (string | null)[]) =>
      publisher.publish({
        seq,
        documents: spaces.map((space) => ({
          subject: stateSubject.space(space),
          render: (rev) => ({ space, rev, groups: [{ ...group, name: `as of ${rev}` }] }),
        })),
      });
    const isIn = (key: string, rev: number) =>
      cell.receipts.some(({ documents }) => documents.some((each) => each.key === key && each.rev === rev));
    put(10, 's', null);
    await cell.begin('web');
    await cell.uplink.watchSpace('s');
    await until(() => isIn('space:s', 10) && isIn('spaces', 10));
    expect(cell.receipts.flatMap(({ changes }) => changes)).not.toContain(10);
    put(11, 's');
    put(12, null);
    await until(() => isIn('space:s', 11) && isIn('spaces', 12));
    expect(cell.receipts.flatMap(({ changes }) => changes)).toEqual(expect.arrayContaining([11, 12]));
  });

  it('changes nothing and names no change when everything it knows comes anew', async () => {
    publish(3, appDocument('web', 3));
    await cell.begin('web');
    await until(() => cell.knowledge.apps.get('web')?.rev === 3);
    const before = cell.knowledge.snapshot();
    await publisher.rebuild({
      owners: [
        { kind: 'app', name: 'web' },
        { kind: 'lease', name: 'cell-1' },
      ],
      render: ({ kind }, rev) => (kind === 'app' ? { ...appDocument('web', 3), rev } : leaseDocument(1, rev)),
      position: () => 9,
      ...{ signal: new AbortController().signal, onProgress: () => {} },
    });
    const isIn = (key: string) =>
      cell.receipts.some(({ documents }) => documents.some((each) => each.key === key && each.rev === 9));
    await until(() => isIn('app:web') && isIn('lease:cell-1'));
    expect(cell.receipts.flatMap(({ changes }) => changes)).not.toContain(9);
    const states = cell.kernel.rules.map(({ containers }) => containers[0]?.inbound);
    expect(states.at(-1)).toEqual(before.apps.get('web')?.inbound);
    expect(cell.kernel.rules.at(-1)).toEqual(cell.kernel.rules.at(-2));
  });
});
