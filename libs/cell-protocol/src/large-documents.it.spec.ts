import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { AppDocument } from '@heddle/calc';
import { startTestNats, until, type TestNats } from '@heddle/testing';
import type { NatsConnection } from 'nats';
import { DocumentReader, IncompleteDocument } from './document-reader';
import { DocumentStore, type Document } from './document-store';
import { jsonOf } from './json-of';
import { storedFormOf } from './shards';
import { StatePublisher } from './state-publisher';
import { StateWatch } from './state-watch';
import { ensureCellStreams, STATE_STREAM } from './streams';
import { liveSubject, stateSubject } from './subjects';
import { HeardDocuments } from './testing/heard-documents';

const MAX_PAYLOAD_BYTES = 64 * 1024;
const WEB = stateSubject.app('web');
/** As many sources as make about 6 bytes each. */
const web = (rev: number, sources: number): AppDocument => ({
  ...{ app: 'web', rev, tag: 1 },
  inbound: [{ protocol: 'tcp', start: 80, end: 80, tags: Array.from({ length: sources }, (_, i) => 10_000 + i) }],
});
const LARGE = 40_000;
const stored = (document: AppDocument): Document => ({
  subject: stateSubject.app(document.app),
  rev: document.rev,
  bytes: Buffer.from(JSON.stringify(document)),
});

describe('a document larger than a message', () => {
  const never = new AbortController().signal;
  let nats: TestNats;
  let control: NatsConnection;
  let reader: DocumentReader;
  let store: DocumentStore;

  beforeAll(async () => {
    nats = await startTestNats({ maxPayloadBytes: MAX_PAYLOAD_BYTES });
    control = await nats.connect('control');
    await ensureCellStreams(control);
    reader = new DocumentReader(await nats.connect('cell'));
  });
  beforeEach(async () => {
    await (await control.jetstreamManager()).streams.purge(STATE_STREAM);
    store = new DocumentStore(control, never);
  });
  afterAll(() => nats.stop());

  const readBack = async () => jsonOf((await reader.newest(WEB, never))?.data ?? new Uint8Array());
  const messages = async () => {
    const { state } = await (await control.jetstreamManager()).streams.info(STATE_STREAM);
    return state.messages;
  };

  const messagesOf = (document: AppDocument) =>
    1 + storedFormOf(WEB, document.rev, stored(document).bytes, MAX_PAYLOAD_BYTES).shards.length;

  it('is stored and read whole, and holds up no other', async () => {
    const publisher = await StatePublisher.open(control);
    const documents = [web(3, LARGE), { ...web(3, 1), app: 'db' }];
    publisher.publish({
      seq: 3,
      documents: documents.map((each) => ({ subject: stateSubject.app(each.app), render: () => each })),
    });
    await until(async () => (await new DocumentReader(control).newest(stateSubject.cursor, never)) !== undefined);
    expect(await readBack()).toEqual(documents[0]);
    expect(jsonOf((await reader.newest(stateSubject.app('db'), never))!.data)).toEqual(documents[1]);
    await publisher.close();
  });

  it('leaves nothing behind when a smaller or another one takes its place', async () => {
    for (const [i, sources] of [LARGE, LARGE + 1, 3, LARGE, 1].entries()) {
      const document = web(i + 1, sources);
      await store.store([stored(document)]);
      await until(async () => (await messages()) === messagesOf(document));
      expect(await readBack()).toEqual(document);
    }
  });

  it('wakes who listens to its app once, and reaches a watch live, at its start and after a cut', async () => {
    const cell = await nats.connect('cell');
    const heard = new HeardDocuments();
    let woken = 0;
    control.subscribe(liveSubject(WEB), { callback: () => woken++ });
    await store.store([stored(web(1, LARGE))]);
    const watch = new StateWatch(cell, heard);
    await watch.watchApp('web');
    expect(heard.apps).toEqual([web(1, LARGE)]);
    await store.store([stored(web(2, LARGE))]);
    await until(() => heard.apps.length === 2);
    await store.store([stored(web(3, 1))]);
    await until(() => heard.apps.length === 3);
    expect(heard.apps.slice(1)).toEqual([web(2, LARGE), web(3, 1)]);
    expect(woken).toBe(3);
    expect(heard.malformedSubjects).toEqual([]);
    await watch.close();
  });

  it('wherever its writer dies, the one before is read until the new one is whole', async () => {
    const { head, shards } = storedFormOf(WEB, 2, stored(web(2, LARGE)).bytes, MAX_PAYLOAD_BYTES);
    const steps = [...shards, { subject: WEB, data: head }];
    for (let done = 0; done <= steps.length; done++) {
      await (await control.jetstreamManager()).streams.purge(STATE_STREAM);
      await new DocumentStore(control, never).store([stored(web(1, LARGE))]);
      for (const { subject, data } of steps.slice(0, done)) await control.jetstream().publish(subject, data);
      expect(await readBack()).toEqual(done < steps.length ? web(1, LARGE) : web(2, LARGE));
      // The next process publishes the same, or what came of it meanwhile.
      const next = new DocumentStore(control, never);
      await next.store([stored(web(2 + (done % 2), LARGE))]);
      expect(await readBack()).toEqual(web(2 + (done % 2), LARGE));
      await next.close();
    }
  });

  it('of which a shard is gone is none: who watches keeps the one held, and says so', async () => {
    await store.store([stored(web(1, LARGE))]);
    const heard = new HeardDocuments();
    const watch = new StateWatch(await nats.connect('cell'), heard);
    await watch.watchApp('web');
    const { head, shards } = storedFormOf(WEB, 2, stored(web(2, LARGE)).bytes, MAX_PAYLOAD_BYTES);
    for (const { subject, data } of [...shards.slice(1), { subject: WEB, data: head }])
      await control.jetstream().publish(subject, data);
    await until(() => heard.malformedSubjects.length > 0);
    await expect(reader.newest(WEB, never)).rejects.toBeInstanceOf(IncompleteDocument);
    expect(heard.apps).toEqual([web(1, LARGE)]);
    await watch.close();
  });

  it('is never a mixture, whoever writes at the same time', async () => {
    const written = new Map<string, true>();
    const writers = Array.from({ length: 3 }, () => new DocumentStore(control, never));
    let writing = true;
    const revisions: number[] = [];
    const reading = (async () => {
      while (writing) {
        const stored = await reader.newest(WEB, never);
        if (!stored) continue;
        const text = Buffer.from(stored.data).toString();
        expect(written.has(text)).toBe(true);
        revisions.push((JSON.parse(text) as AppDocument).rev);
      }
    })();
    await Promise.all(
      writers.map(async (writer, w) => {
        for (let rev = 1; rev <= 15; rev++) {
          // Of one revision, each may have a document of its own.
          const document = stored(web(rev, randomInt(2) ? 30_000 + 5_000 * w : 10 + w));
          written.set(Buffer.from(document.bytes).toString(), true);
          await writer.store([document]);
          if (randomInt(3) === 0) await delay(randomInt(5));
        }
      }),
    );
    writing = false;
    await reading;
    await Promise.all(writers.map((writer) => writer.close()));
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
    expect(((await readBack()) as AppDocument).rev).toBe(15);
    expect(await messages()).toBe(messagesOf((await readBack()) as AppDocument));
  }, 60_000);
});
