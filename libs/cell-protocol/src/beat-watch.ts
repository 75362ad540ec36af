import { randomInt } from 'node:crypto';
import { BackgroundWork } from '@heddle/platform';
import type { NatsConnection, Subscription } from 'nats';
import { jsonOf } from './json-of';
import { judgeBeat, nothingVerified, readSince, type HeldRevisions } from './judge-beat';
import { STATE_BEAT_MS, stateBeat, type StateBeat } from './state-beat';
import { BEAT_LANES, beatSubject } from './subjects';

/** What follows from beats, in the words of the one who holds documents. */
export interface Documents {
  readonly held: HeldRevisions;
  /** Reads these, soon. */
  fetch(subjects: readonly string[]): void;
  /** Reads everything watched. @returns whether everything could be read. */
  readAll(): Promise<boolean>;
  /** From here on what is read counts, also where it is older than what is held. */
  forgetRevisions(): void;
  /** Everything held is known to be as new as this change. */
  verified(upTo: number): void;
  /** Neither beats come nor can anything be read. */
  lost(): void;
  /** Everything could be read again. */
  regained(): void;
}

/** Between which times something is done, jittered so that cells do not ask together. */
interface Jitter {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** When everything is read. */
export interface ReadingTimes {
  /** Each so often while no beats come. */
  readonly withoutBeats: Jitter;
  /** After a beat that says too little to tell what was missed. */
  readonly afterGap: Jitter;
  /** Each so often while beats come, for what nobody has thought of. */
  readonly withBeats: Jitter;
}

/** As agents do it: 4 000 agents with 200 apps ask for 40 000 documents a second while no beats come. */
export const READING_TIMES: ReadingTimes = {
  withoutBeats: { leastMs: 10_000, mostMs: 30_000 },
  afterGap: { leastMs: 500, mostMs: 20_000 },
  withBeats: { leastMs: 300_000, mostMs: 600_000 },
};

/** Three beats missed. */
const SILENT_MS = 3.5 * STATE_BEAT_MS;

/** Hears the beats of control planes, and has read what they say was missed; everything, where there are none. */
export class BeatWatch {
  private verified = nothingVerified;
  private newest: StateBeat | null = null;
  private isSilent = true;
  private isLost = false;
  private isReadDue = false;
  private isAnew = false;
  private readonly subscription: Subscription;
  private timer: NodeJS.Timeout | undefined;
  private readonly silence: NodeJS.Timeout;
  private readonly reading = new BackgroundWork(() => this.read());

  constructor(
    connection: NatsConnection,
    private readonly documents: Documents,
    private readonly times: ReadingTimes,
  ) {
    this.subscription = connection.subscribe(beatSubject.lane(randomInt(BEAT_LANES)), {
      callback: (error, message) => {
        const beat = error ? undefined : stateBeat.safeParse(jsonOf(message.data)).data;
        if (beat) this.hear(beat);
      },
    });
    this.silence = setTimeout(() => this.fellSilent(), SILENT_MS);
    this.schedule(times.withoutBeats);
  }

  async close(): Promise<void> {
    this.subscription.unsubscribe();
    clearTimeout(this.silence);
    clearTimeout(this.timer);
    await this.reading.settled();
    clearTimeout(this.timer);
  }

  private hear(beat: StateBeat): void {
    this.silence.refresh();
    if (this.isSilent && !this.isReadDue) this.schedule(this.times.withBeats);
    this.isSilent = false;
    this.newest = beat;
    const { verified, remedy } = judgeBeat(this.verified, beat, this.documents.held, performance.now());
    this.verified = verified;
    if (verified.upTo !== null) this.documents.verified(verified.upTo);
    switch (remedy.kind) {
      case 'none':
        return;
      case 'fetch':
        return this.documents.fetch(remedy.subjects);
      case 'read-all':
        return this.readSoon();
      case 'read-all-anew':
        this.isAnew = true;
        return this.readSoon();
    }
  }

  private readSoon(): void {
    if (this.isReadDue) return;
    this.isReadDue = true;
    this.schedule(this.times.afterGap);
  }

  private fellSilent(): void {
    if (this.isSilent) return;
    this.isSilent = true;
    if (!this.isReadDue) this.schedule(this.times.withoutBeats);
  }

  private schedule({ leastMs, mostMs }: Jitter): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.reading.wake(), leastMs + Math.random() * (mostMs - leastMs));
  }

  private async read(): Promise<void> {
    const { newest } = this;
    if (this.isAnew) this.documents.forgetRevisions();
    this.isAnew = false;
    const isRead = await this.documents.readAll();
    this.isReadDue = false;
    this.schedule(this.isSilent ? this.times.withoutBeats : this.times.withBeats);
    // Without beats a control plane may be away, which is no harm; where nothing can be read either, the cell is cut off.
    if (isRead && newest) this.verified = readSince(this.verified, newest);
    if (isRead && this.verified.upTo !== null) this.documents.verified(this.verified.upTo);
    const isLost = !isRead && this.isSilent && newest !== null;
    if (isLost && !this.isLost) this.documents.lost();
    if (isRead && this.isLost) this.documents.regained();
    this.isLost = isLost || (this.isLost && !isRead);
  }
}
