import type { LoggedEvent } from '@heddle/event-log';
import type { EntityManager } from 'typeorm';
import { BatchOutcome } from './batch-outcome';
import { cursorPosition, moveCursor } from './cursor';
import type { Database } from './database';
import { EventAppEntity, EventEntity, LeaseEntity, PolicyEntity, TagEntity } from './entities';
import { CursorMoved, LogGap } from './errors';
import { toEventRow } from './event-row';
import { LOG_CURSOR, type LogProjector } from './read-model';
import { writeGroups } from './write-groups';
import { deleteRows, insertRows } from './write-rows';

/** Folds the log into the tables of one database. */
export function logProjector(database: Database): LogProjector {
  /** Where this projector believes the cursor to be; the database has the last word. */
  let known: number | undefined;

  return {
    async apply(events) {
      for (;;) {
        const position = (known ??= await database.read((manager) => cursorPosition(manager, LOG_CURSOR)));
        const news = events.filter(({ seq }) => seq > position);
        refuseGaps(position, news);
        if (news.length === 0) return position;
        try {
          await database.write((manager) => writeBatch(manager, position, news));
          return (known = position + news.length);
        } catch (error) {
          known = undefined;
          // Another process was first with some of it: the rest remains to be done.
          if (!(error instanceof CursorMoved)) throw error;
        }
      }
    },
  };
}

function refuseGaps(position: number, events: readonly LoggedEvent[]): void {
  events.forEach(({ seq }, i) => {
    if (seq !== position + 1 + i) throw new LogGap(position + i, seq);
  });
}

async function writeBatch(manager: EntityManager, position: number, events: readonly LoggedEvent[]): Promise<void> {
  const outcome = new BatchOutcome(events);
  await moveCursor(manager, LOG_CURSOR, position, position + events.length);
  await insertRows(manager, EventEntity, events.map(toEventRow));
  await insertRows(manager, EventAppEntity, outcome.concerns);
  await deleteRows(manager, PolicyEntity, 'digest', [...outcome.policiesToGo]);
  await deleteRows(manager, TagEntity, 'tag', [...outcome.tagsToGo]);
  await deleteRows(manager, LeaseEntity, 'cell', [...outcome.leasesToGo]);
  await insertRows(manager, PolicyEntity, [...outcome.policies.values()]);
  await insertRows(manager, TagEntity, [...outcome.tags.values()]);
  await insertRows(manager, LeaseEntity, [...outcome.leases.values()]);
  await writeGroups(manager, outcome);
}
