import type { LoggedEvent } from '@heddle/event-log';
import type { Comparison, LogProjector, Rebuild } from '@heddle/read-model';
import type { Core } from '../core/core';

/** One transaction takes at most this many events of what came while the tables were filled. */
const BATCH = 500;
/** After so many events it is told how far it has come. */
const TOLD_EVERY = 1_000;

/** How far it has come, or what it has come to. */
export type RebuildStep = { readonly position: number; readonly end: number } | { readonly comparison: Comparison };

/**
 * Makes the tables anew beside those in use, from the log, compares them, and puts them in the place of the others if that is wanted.
 * Changes go on meanwhile; those in use stand still only while what came since is compared.
 */
export async function* rebuildTables(core: Core, isSwapped: boolean, signal: AbortSignal): AsyncGenerator<RebuildStep> {
  const rebuild = await core.readModel.beginRebuild();
  try {
    const end = core.follower.position;
    for await (const position of fill(rebuild, core, end, signal)) yield { position, end };
    signal.throwIfAborted();
    await rebuild.complete();

    const projector = rebuild.projector();
    let position = end;
    const catchUp = async (upTo: number): Promise<void> => {
      position = await foldInto(projector, core, { after: position, upTo }, signal);
    };
    await catchUp(core.follower.position);
    // Those in use must not be behind the new ones, here and below.
    await core.sql.caughtUp();
    await rebuild.compareAhead(signal);
    await catchUp(core.follower.position);
    await core.sql.caughtUp();
    yield { comparison: await rebuild.finish({ catchUp, isSwapped }) };
  } finally {
    await rebuild.close();
  }
}

/** Fills the new tables with the log, and tells now and then how far it has come. */
async function* fill(
  rebuild: Rebuild,
  { log, audit }: Core,
  upTo: number,
  signal: AbortSignal,
): AsyncGenerator<number> {
  for await (const event of log.read({ after: 0, upTo, signal })) {
    await rebuild.take(event, audit.integrity.passedOver.has(event.seq));
    if (event.seq % TOLD_EVERY === 0 || event.seq === upTo) yield event.seq;
  }
}

/** Folds a piece of the log in batches, and says how far it has come. */
async function foldInto(
  projector: LogProjector,
  { log, audit }: Core,
  range: { after: number; upTo: number },
  signal: AbortSignal,
): Promise<number> {
  let position = range.after;
  let batch: LoggedEvent[] = [];
  for await (const event of log.read({ ...range, signal })) {
    batch.push(event);
    if (batch.length < BATCH && event.seq < range.upTo) continue;
    position = await projector.apply(batch, audit.integrity.passedOver);
    batch = [];
  }
  return position;
}
