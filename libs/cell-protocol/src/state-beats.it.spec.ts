import type { AppDocument } from '@heddle/calc';
import { ensureLogStream } from '@heddle/event-log';
import { startTestNats, until, type TestNats } from '@heddle/testing';
import type { JetStreamManager, NatsConnection } from 'nats';
import type { ReadingTimes } from './beat-watch';
import { StatePublisher } from './state-publisher';
import { StateWatch } from './state-watch';
import { ensureCellStreams, STATE_STREAM } from './streams';
import { BEAT_LANES, beatSubject, stateSubject } from './subjects';
import { HeardDocuments } from './testing/heard-documents';

const NEVER = { leastMs: 3_600_000, mostMs: 3_600_000 };
const SOON = { leastMs: 10, mostMs: 50 };
const document = (app: string, rev: number): AppDocument => ({ app, rev, tag: rev, inbound: [] });

describe('what a cell learns from the beats of a control plane', () => {
  let nats: TestNats;
  let control: NatsConnection;
  let manager: JetStreamManager;
  let publisher: StatePublisher;
  let heard: HeardDocuments;
  let watch: StateWatch;
  let lost: number;

  beforeEach(async () => {
    nats = await startTestNats();
    control = await nats.connect('control');
    manager = await control.jetstreamManager();
    await ensureLogStream(control);
  });
  afterEach(async () => {
    await watch.close();
    await publisher.close();
    await nats.stop();
  });

  async function begin(times: Partial<ReadingTimes> = {}): Promise<void> {
    [publisher, lost] = [await StatePublisher.open(control), 0];
    heard = new HeardDocuments();
    const never = { withoutBeats: NEVER, withBeats: NEVER, afterGap: SOON };
    watch = new StateWatch(await nats.connect('cell'), heard, { ...never, ...times });
    await watch.watchLeases();
    await watch.watchApp('web');
    publisher.beginToBeat(() => lost++);
  }
  /** The stream as it would be if every live message was lost. */
  const withoutLiveMessages = () =>
    manager.streams.add({
      ...{ name: STATE_STREAM, subjects: ['heddle.state.>'] },
      ...{ max_msgs_per_subject: 1, allow_direct: true },
    });
  function publish(seq: number): void {
    const app = { subject: stateSubject.app('web'), render: (rev: number) => document('web', rev) };
    const lease = {
      subject: stateSubject.lease('cell-1'),
      render: (rev: number) => ({ cell: 'cell-1', rev, peer: null }),
    };
    publisher.publish({ seq, documents: [app, lease] });
  }
  /** A beat that comes after this was called, as the cell hears it too, on whichever lane. */
  const nextBeat = async () => {
    let beats = 0;
    control.subscribe(beatSubject.every, { max: 2 * BEAT_LANES, callback: () => beats++ });
    await until(() => beats === 2 * BEAT_LANES);
  };
  const newest = () => [heard.apps.at(-1)?.rev, heard.leases.at(-1)?.rev];

  it('which messages were lost, app and lease alike, and how many', async () => {
    await withoutLiveMessages();
    await begin();
    // The first beat has everything read; from then on they name what is new.
    publish(1);
    await until(() => newest().every((rev) => rev === 1));
    const before = watch.gaps;
    for (const rev of [2, 3]) {
      publish(rev);
      await until(() => newest().every((each) => each === rev));
    }
    expect(watch.gaps).toBe(before + 4);
    await until(() => heard.verifiedUpTo === 3);
  }, 30_000);

  it('that another stream took the place of the one it knew: what that has counts, older or not', async () => {
    await ensureCellStreams(control);
    await begin();
    publish(9);
    await until(() => newest().every((rev) => rev === 9));
    await nextBeat();
    await manager.streams.delete(STATE_STREAM);
    await ensureCellStreams(control);
    await control.jetstream().publish(stateSubject.app('web'), JSON.stringify(document('web', 4)));
    await until(() => heard.apps.at(-1)?.rev === 4);
    expect(heard.leases.at(-1)?.rev).toBe(9);
  }, 30_000);

  it('that it holds what no change explains, and reads what is stored', async () => {
    await ensureCellStreams(control);
    await begin();
    publish(3);
    await until(() => newest().every((rev) => rev === 3));
    await control.jetstream().publish(stateSubject.app('web'), JSON.stringify(document('web', 1_000)));
    await until(() => heard.apps.at(-1)?.rev === 1_000);
    await manager.streams.purge(STATE_STREAM, { filter: stateSubject.app('web') });
    await control.jetstream().publish(stateSubject.app('web'), JSON.stringify(document('web', 3)));
    await until(() => heard.apps.at(-1)?.rev === 3);
  }, 30_000);

  it('that it is cut off, when none come and nothing can be read; not when the control plane alone is away', async () => {
    await ensureCellStreams(control);
    await begin({ withoutBeats: SOON });
    publish(1);
    await until(() => newest().every((rev) => rev === 1));
    await nextBeat();
    await publisher.close();
    await manager.streams.purge(STATE_STREAM, { filter: stateSubject.app('web') });
    await control.jetstream().publish(stateSubject.app('web'), JSON.stringify(document('web', 2)));
    await until(() => heard.apps.at(-1)?.rev === 2);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(heard.gaps).toEqual([]);
    await manager.streams.delete(STATE_STREAM);
    await until(() => heard.gaps.length === 1, { withinMs: 20_000 });
    await ensureCellStreams(control);
    await until(() => heard.gaps.length === 2, { withinMs: 20_000 });
    expect(heard.gaps.map(([what]) => what)).toEqual(['cut off', 'caught up']);
  }, 60_000);

  it('after a crash of the server what it would after any other: no other epoch, and the messages that were lost since', async () => {
    await withoutLiveMessages();
    await begin();
    publish(1);
    await until(() => newest().every((rev) => rev === 1));
    await nats.kill();
    publish(2);
    await nats.restart();
    await until(() => heard.gaps.length === 2, { withinMs: 20_000 });
    await until(() => newest().every((rev) => rev === 2), { withinMs: 20_000 });
    publish(3);
    await until(() => newest().every((rev) => rev === 3), { withinMs: 20_000 });
    // Of another epoch it would have been given everything once more.
    expect(heard.revisionsOf('web')).toEqual([1, 2, 3]);
    expect(lost).toBe(0);
  }, 60_000);

  it('nothing of a stream that was purged; that the control plane sees, and has it made anew', async () => {
    await ensureCellStreams(control);
    await begin();
    publish(3);
    await until(() => newest().every((rev) => rev === 3));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(lost).toBe(0);
    await manager.streams.purge(STATE_STREAM);
    await until(() => lost > 0);
  }, 30_000);
});
