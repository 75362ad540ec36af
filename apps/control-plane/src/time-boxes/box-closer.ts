import type { CommandContext, LogFollower } from '@heddle/event-log';
import { BackgroundWork, epochMsOf, isoTime, messageOf, type Logger } from '@heddle/platform';
import type { PolicyLedger } from '../core/ledgers';
import type { ForwardClock } from './forward-clock';
import type { Due, OpenBoxes } from './open-boxes';

/** What could not be closed, since the log does not answer or takes nothing, is tried again after so long. */
const TRY_AGAIN_MS = 1_000;
/** A timer of Node's reaches no further; when it rings early the next one is set. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Parts {
  readonly policies: PolicyLedger;
  readonly boxes: OpenBoxes;
  readonly clock: ForwardClock;
  readonly follower: LogFollower;
  readonly logger: Logger;
}

/**
 * Closes policies whose time is over. Every control plane does, since nobody must rely on another one; the log lets one of them
 * do it. There is one timer, for the next that is due; what comes in by the log makes it look at the time as well, for timers stand
 * still while a machine sleeps.
 */
export class BoxCloser {
  private readonly closing = new BackgroundWork(() => this.closeDue());
  private timer: NodeJS.Timeout | undefined;
  private isWatching = false;

  constructor(private readonly parts: Parts) {
    parts.follower.subscribe(({ time }) => {
      parts.clock.heard(epochMsOf(time));
      if (this.isWatching) this.watch();
    });
  }

  /** Closes what is due, once, and from then on whatever comes due. The log was folded to its end. */
  async start(): Promise<void> {
    this.isWatching = true;
    this.closing.wake();
    await this.closing.settled();
  }

  async close(): Promise<void> {
    this.isWatching = false;
    clearTimeout(this.timer);
    await this.closing.settled();
  }

  /** @param leastMs nothing is looked at before so long has gone by, unless by the log. */
  private watch(leastMs = 0): void {
    clearTimeout(this.timer);
    const { boxes, clock } = this.parts;
    if (!this.isWatching || boxes.nextAtMs === Infinity) return;
    const waitMs = Math.max(leastMs, boxes.nextAtMs - clock.nowMs());
    if (waitMs <= 0) return this.closing.wake();
    this.timer = setTimeout(() => this.closing.wake(), Math.min(waitMs, LONGEST_TIMER_MS));
  }

  private async closeDue(): Promise<void> {
    const { boxes, clock } = this.parts;
    for (const due of boxes.due(clock.nowMs())) await this.expire(due);
    // By now they are closed, or it has failed.
    this.watch(boxes.nextAtMs <= clock.nowMs() ? TRY_AGAIN_MS : 0);
  }

  private async expire(due: Due): Promise<void> {
    const { policies, logger } = this.parts;
    const { opening, boxes } = due;
    try {
      const command = { type: 'expire-policies', due: boxes, openedBy: opening.seq } as const;
      const { event } = await policies.execute(command, contextOf(due));
      if (event) logger.info({ change: event.seq, openedBy: opening.seq }, 'policies were closed: their time is over');
    } catch (error) {
      logger.error(
        { openedBy: opening.seq, policies: boxes.length, error: messageOf(error) },
        'policies whose time is over could not be closed; it is tried again',
      );
    }
  }
}

/** Heddle itself closes them; the request they were opened by ties both together. */
function contextOf({ opening, boxes }: Due): CommandContext {
  const { seq, actor, reason, correlationId } = opening;
  const until = isoTime(Math.max(...boxes.map(({ expiresAtMs }) => expiresAtMs)));
  const why = reason === undefined ? '' : `, reason ${reason}`;
  return {
    actor: { name: 'heddle' },
    reason: `opened until ${until} by ${actor.name} in change ${seq}${why}`,
    correlationId,
  };
}
