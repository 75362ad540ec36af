import { FatalError, messageOf, UserError } from '@heddle/platform/errors';
import { backoff } from '@heddle/platform/time';
import { canPass } from '../api/answers';
import type { ReplayApi, ReplayEntry, ReplayQuestion } from '../api/replay-api';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** Longer than a control plane takes to start on a large log. */
const PATIENCE_MS = 120_000;

/** What a replay needs that outlives its connection. */
export interface WholeReplay {
  readonly replay: Pick<ReplayApi, 'events'>;
  readonly question: ReplayQuestion;
  /** Tells people that the connection was lost, and that it is back. */
  note(sentence: string): void;
  readonly signal: AbortSignal;
  /** How long nothing may be told before it is given up, in ms. */
  readonly patienceMs?: number;
}

/** How far it has come. */
interface Progress {
  /** Id of the last event; what is behind it can be had without loss. */
  place?: string;
  /** The last change that was told. */
  change?: number;
  /** Since when nothing was told because the connection was lost, in ms of the monotonic clock. */
  lostAtMs?: number;
}

/**
 * Everything that a replay tells, each once and in its order, beginning with the first `hello`. A lost connection is opened again behind
 * the last event, and the pauses go on as if it had not been lost.
 * @throws {FatalError} when it is lost for too long or cannot be had at first, {@link UserError} when it is refused.
 */
export async function* wholeReplay(whole: WholeReplay): AsyncGenerator<ReplayEntry> {
  const { replay, question, note, signal } = whole;
  const progress: Progress = {};
  const between = backoff({ firstMs: FIRST_PAUSE_MS, maxMs: LONGEST_PAUSE_MS, signal });
  for (;;) {
    try {
      for await (const { id, entry } of replay.events(question, progress.place)) {
        const isFirst = progress.place === undefined;
        progress.place = id ?? progress.place;
        // Another `hello` says what is left, and nothing that happened.
        if (entry.kind === 'hello' && !isFirst) continue;
        if (entry.kind === 'change') progress.change = entry.seq;
        if (progress.lostAtMs !== undefined) note('the replay goes on where it was cut off');
        progress.lostAtMs = undefined;
        between.reset();
        yield entry;
      }
      return;
    } catch (error) {
      signal.throwIfAborted();
      noteLoss(whole, progress, error);
    }
    await between.wait();
  }
}

/** @throws when trying again is of no use, or was of none for long. */
function noteLoss({ note, patienceMs = PATIENCE_MS }: WholeReplay, progress: Progress, error: unknown): void {
  if (progress.place === undefined) throw error;
  const instead = progress.change === undefined ? 'ask again' : `go on with --from ${progress.change}`;
  if (error instanceof UserError && error.code === 'unknown-event-id')
    throw new UserError(error.code, `the log is not the one that was shown until now: ${instead}`, { cause: error });
  if (!canPass(error)) throw error;
  const why = messageOf(error);
  if (progress.lostAtMs === undefined) {
    progress.lostAtMs = performance.now();
    note(`the replay is cut off (${why}): trying to go on`);
  } else if (performance.now() - progress.lostAtMs > patienceMs)
    throw new FatalError(`the replay is cut off for more than ${patienceMs / 1000} s (${why}): ${instead}`, {
      cause: error,
    });
}
