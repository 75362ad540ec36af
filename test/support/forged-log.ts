import { CHECKPOINT_STREAM, ensureLogStream, LOG_STREAM, readCheckpoints, readStream } from '@heddle/event-log';
import type { TestNats } from '@heddle/testing';

/** What becomes of an event on its way into a forged log; `null` leaves it out. */
export type Forgery = (text: string, seq: number) => string | null;

/** Copies log and checkpoints to another server, as somebody could who may do everything there. */
export async function forgeLog(from: TestNats, to: TestNats, forge: Forgery): Promise<void> {
  const [source, target] = [await from.connect(), await to.connect()];
  await ensureLogStream(target);
  await readCheckpoints(target);
  for (const stream of [LOG_STREAM, CHECKPOINT_STREAM]) {
    const info = await (await source.jetstreamManager()).streams.info(stream);
    if (info.state.messages === 0) continue;
    for await (const { seq, subject, data } of readStream(source, stream, 0)) {
      const text = Buffer.from(data).toString();
      const forged = stream === LOG_STREAM ? forge(text, seq) : text;
      if (forged !== null) await target.jetstream().publish(subject, forged);
      if (seq >= info.state.last_seq) break;
    }
  }
}
