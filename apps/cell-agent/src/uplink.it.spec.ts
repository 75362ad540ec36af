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
});
