import { FatalError, messageOf, UserError } from '@heddle/platform/errors';
import { backoff } from '@heddle/platform/time';
import { canPass } from '../api/answers';
import type { ApiClient, ChangeFilter } from '../api/api-client';
import { concernsApp } from '../api/effect';
import type { Change } from '../api/schemas';
import { changeOfEvent } from './change-of-event';
import { changesBehind } from './changes-behind';

/** After a connection that lasted so long, the next loss is a new one. */
const STABLE_AFTER_MS = 10_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/** What following needs. */
export interface Following {
  readonly api: Pick<ApiClient, 'listChanges' | 'openStream'>;
  /** Which changes; `since` and `limit` are for those that are there already. */
  readonly filter: Pick<ChangeFilter, 'app' | 'since' | 'limit'>;
  /** Tells people that the connection was lost, and that it is back. */
  note(sentence: string): void;
  readonly signal: AbortSignal;
}

/** How far the following has come. */
interface Progress {
  /** Id of the newest event; what is behind it can be had without loss. */
  place?: string;
  /** The newest change, wanted or not. */
  last?: Change;
  /** When the connection was opened, in ms of the monotonic clock; undefined before the first. */
  openedAtMs?: number;
  isLost: boolean;
}

/**
 * The newest changes, the oldest of them first, and then every change as it comes, each once and in order, until the
 * signal is aborted; it ends then without an error.
 *
 * A lost connection is opened again for as long as it takes, behind the last event seen. Where there is no such event
 * yet, or the control plane cannot go on behind it, the stream begins anew, and what came in between is read from the
 * list *after* that: what is in both is passed over by its number.
 * @throws {FatalError} when the control plane cannot be reached at first, {@link UserError} when it refuses.
 */
export async function* followChanges(following: Following): AsyncGenerator<Change> {
  const { signal } = following;
  const progress: Progress = { isLost: false };
  const between = backoff({ firstMs: FIRST_PAUSE_MS, maxMs: LONGEST_PAUSE_MS, signal });
  try {
    for (;;) {
      try {
        yield* changesOfConnection(following, progress);
      } catch (error) {
        signal.throwIfAborted();
        noteLoss(following, progress, error);
      }
      if (performance.now() - (progress.openedAtMs ?? 0) > STABLE_AFTER_MS) between.reset();
      await between.wait();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** What one connection brings, until it breaks; never returns. */
async function* changesOfConnection(following: Following, progress: Progress): AsyncGenerator<Change> {
  const { api, filter, note } = following;
  const { events, close } = await api.openStream(progress.place);
  try {
    progress.openedAtMs = performance.now();
    if (progress.place === undefined) {
      for (const change of await changesBehind(api, filter, progress.last)) yield (progress.last = change);
    }
    if (progress.isLost) note('the live stream is back, and nothing was missed');
    progress.isLost = false;
    for await (const event of events) {
      const change = changeOfEvent(event);
      if (change && change.seq > (progress.last?.seq ?? 0)) {
        progress.last = change;
        if (filter.app === undefined || concernsApp(change, filter.app)) yield change;
      }
      progress.place = event.id ?? progress.place;
    }
    throw new FatalError('the control plane has ended it');
  } finally {
    close();
  }
}

/** @throws the error itself when trying again is of no use. */
function noteLoss({ note }: Following, progress: Progress, error: unknown): void {
  if (error instanceof UserError && error.code === 'unknown-event-id') progress.place = undefined;
  else if (progress.openedAtMs === undefined || !canPass(error)) throw error;
  if (!progress.isLost) note(`the live stream is lost (${messageOf(error)}): trying again`);
  progress.isLost = true;
}
