import type { LoggedEvent } from '@heddle/event-log';
import { inTurns } from '@heddle/platform';
import type { EntityManager } from 'typeorm';
import { readEventData } from '../event-data';
import { EventEntity } from '../entities';
import { fromEventRow } from '../event-row';
import { Spans } from './spans';
import { writeSpans } from './write-spans';

/** So many events are folded at a time. */
const BATCH = 500;

/** Folds every event that the tables hold already into the tables of spans, which are empty. */
export async function fillSpans(manager: EntityManager): Promise<void> {
  for (let after = 0; ;) {
    const query = manager.createQueryBuilder(EventEntity, 'event').where('event.seq > :after', { after });
    const rows = await query.orderBy('event.seq', 'ASC').limit(BATCH).getMany();
    if (rows.length === 0) return;
    const spans = new Spans();
    for (const row of rows) await inTurns(foldInto(spans, await fromEventRow(row)));
    await writeSpans(manager, spans);
    after = rows.at(-1)?.seq ?? after;
  }
}

function* foldInto(spans: Spans, event: LoggedEvent) {
  const said = yield* readEventData(event);
  if (said) yield* spans.take(said, event.seq);
}
