import type { LoggedEvent } from '@heddle/event-log';
import type { Comparison, LogProjector } from '@heddle/read-model';
import type { Core } from '../core/core';

/** One transaction takes at most this many events. */
const BATCH = 500;

/** How far it has come, or what it has come to. */
export type RebuildStep = { readonly position: number; readonly end: number } | { readonly comparison: Comparison };

/**
 * Makes the tables anew beside those in use, from the log, compares them, and puts them in the place of the others if that is wanted.
 * Changes go on meanwhile; those in use stand still while the two are compared.
 */
export async function* rebuildTables(core: Core, isSwapped: boolean, signal: AbortSignal): AsyncGenerator<RebuildStep> {
  const rebuild = await core.readModel.beginRebuild();
  try {
    const projector = rebuild.projector();
    const end = core.follower.position;
    let position = 0;
    for await (position of foldInto(projector, core, { after: 0, upTo: end }, signal)) yield { position, end };
    signal.throwIfAborted();
    // Those in use must not be behind the new ones.
    await core.sql.caughtUp();
    const catchUp = async (upTo: number): Promise<void> => {
      for await (const reached of foldInto(projector, core, { after: position, upTo }, signal)) position = reached;
    };
    yield { comparison: await rebuild.finish({ catchUp, isSwapped }) };
  } finally {
    await rebuild.close();
  }
}

/** Folds a piece of the log in batches, and tells after each how far it has come. */
async function* foldInto(
  projector: LogProjector,
  { log, audit }: Core,
  range: { after: number; upTo: number },
  signal: AbortSignal,
): AsyncGenerator<number> {
  let batch: LoggedEvent[] = [];
  for await (const event of log.read({ ...range, signal })) {
    batch.push(event);
    if (batch.length < BATCH && event.seq < range.upTo) continue;
    yield await projector.apply(batch, audit.integrity.passedOver);
    batch = [];
  }
}
