import type { LoggedEvent } from '@heddle/event-log';
import { inTurns, Pace } from '@heddle/platform';
import type { EntityManager } from 'typeorm';
import { BatchOutcome } from './batch-outcome';
import { cursorPosition, moveCursor } from './cursor';
import type { Database } from './database';
import { EventAppEntity, EventEntity, EventLeaseEntity, LeaseEntity, PolicyEntity, TagEntity } from './entities';
import { CursorMoved, LogGap } from './errors';
import { isLarge, toEventRow } from './event-row';
import { LOG_CURSOR, type LogProjector } from './read-model';
import { writeSpans } from './past/write-spans';
import { writeGroups } from './write-groups';
import { deleteRows, insertRow, insertRows } from './write-rows';

/** Folds the log into the tables of one database. */
export function logProjector(database: Database): LogProjector {
  /** Where this projector believes the cursor to be; the database has the last word. */
  let known: number | undefined;

  return {
    async apply(events, passedOver = new Set()) {
      for (;;) {
        const position = (known ??= await database.read((manager) => cursorPosition(manager, LOG_CURSOR)));
        const news = events.filter(({ seq }) => seq > position);
        refuseGaps(position, news);
        if (news.length === 0) return position;
        try {
          const outcome = await inTurns(BatchOutcome.of(news.filter(({ seq }) => !passedOver.has(seq))));
          const rows = await eventRows(news, passedOver);
          await database.write(async (manager) => {
            await moveCursor(manager, LOG_CURSOR, position, position + news.length);
            await writeEvents(manager, rows);
            await writeOutcome(manager, outcome);
          });
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

async function eventRows(events: readonly LoggedEvent[], passedOver: ReadonlySet<number>): Promise<EventEntity[]> {
  const rows: EventEntity[] = [];
  const pace = new Pace();
  for (const event of events) {
    rows.push(await toEventRow(event, passedOver.has(event.seq)));
    await pace.rest();
  }
  return rows;
}

function refuseGaps(position: number, events: readonly LoggedEvent[]): void {
  events.forEach(({ seq }, i) => {
    if (seq !== position + 1 + i) throw new LogGap(position + i, seq);
  });
}

/** Writes events, the large ones each by itself. */
export async function writeEvents(manager: EntityManager, rows: readonly EventEntity[]): Promise<void> {
  const small: EventEntity[] = [];
  for (const row of rows) {
    if (isLarge(row)) await insertRow(manager, EventEntity, row);
    else small.push(row);
  }
  await insertRows(manager, EventEntity, small);
}

/** Writes what events come to, beside themselves. */
export async function writeOutcome(manager: EntityManager, outcome: BatchOutcome): Promise<void> {
  await insertRows(manager, EventAppEntity, outcome.concerns);
  await insertRows(manager, EventLeaseEntity, outcome.aboutLeases);
  await deleteRows(manager, PolicyEntity, 'digest', [...outcome.policiesToGo]);
  await deleteRows(manager, TagEntity, 'tag', [...outcome.tagsToGo]);
  await deleteRows(manager, LeaseEntity, 'cell', [...outcome.leasesToGo]);
  await insertRows(manager, PolicyEntity, [...outcome.policies.values()]);
  await insertRows(manager, TagEntity, [...outcome.tags.values()]);
  await insertRows(manager, LeaseEntity, [...outcome.leases.values()]);
  await writeGroups(manager, outcome);
  await writeSpans(manager, outcome.spans);
}
