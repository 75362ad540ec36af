import type { LoggedEvent } from '@heddle/event-log';
import { inTurns, Pace } from '@heddle/platform';
import { BatchOutcome, type SettledRows } from '../batch-outcome';
import { moveCursor } from '../cursor';
import type { Database } from '../database';
import { EventAppEntity, EventLeaseEntity, type EventEntity } from '../entities';
import { LogGap } from '../errors';
import { toEventRow } from '../event-row';
import { writeEvents, writeOutcome } from '../log-projector';
import { writeBegun } from '../past/write-spans';
import { LOG_CURSOR } from '../read-model';
import { insertRows } from '../write-rows';
import { takeIndexes } from './indexes-last';

/** So many rows go into one transaction, and so many characters of what events say; as much again is being written meanwhile. */
const MOST_ROWS = 20_000;
const MOST_CHARACTERS = 16 * 1024 * 1024;

/**
 * Fills empty tables with the log from its beginning. What stands is held in memory, as the process holds it anyway, and written at the
 * end: so nothing that is written is looked for again, and the indexes can come last. The tables are of no use before that.
 */
export class BulkFill {
  private readonly outcome = new BatchOutcome();
  private readonly pace = new Pace();
  private events: EventEntity[] = [];
  private characters = 0;
  private position = 0;
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly database: Database,
    private readonly indexes: readonly string[],
  ) {}

  static async begin(database: Database): Promise<BulkFill> {
    return new BulkFill(database, await database.write(takeIndexes));
  }

  /**
   * Takes the next event; waits where writing does not keep up.
   * @param isPassedOver whether nothing follows from it
   * @throws {LogGap} when one is missing; {@link UnreadableEvent} when its data is not what its type says.
   */
  async take(event: LoggedEvent, isPassedOver: boolean): Promise<void> {
    if (event.seq !== this.position + 1) throw new LogGap(this.position, event.seq);
    if (!isPassedOver) await inTurns(this.outcome.take(event));
    const row = await toEventRow(event, isPassedOver);
    this.events.push(row);
    this.characters += row.data?.length ?? 0;
    this.position = event.seq;
    if (this.events.length + this.outcome.concerns.length >= MOST_ROWS || this.characters >= MOST_CHARACTERS)
      await this.pass();
    await this.pace.rest();
  }

  /** Writes what is left and what stands, and makes the indexes. */
  async complete(): Promise<void> {
    await this.pass();
    await this.writing;
    await this.database.write(async (manager) => {
      if (this.position > 0) await moveCursor(manager, LOG_CURSOR, 0, this.position);
      await writeOutcome(manager, this.outcome);
    });
    for (const index of this.indexes) await this.database.write((manager) => manager.query(index));
  }

  /** Passes on what has gathered, to be written while more gathers; first what was passed on before has to be there. */
  private async pass(): Promise<void> {
    await this.writing;
    const [events, settled] = [this.events, this.outcome.takeSettled()];
    [this.events, this.characters] = [[], 0];
    this.writing = this.write(events, settled);
    // Whoever comes next is told.
    this.writing.catch(() => {});
  }

  private async write(events: readonly EventEntity[], { concerns, aboutLeases, spans }: SettledRows): Promise<void> {
    await this.database.write(async (manager) => {
      await writeEvents(manager, events);
      await insertRows(manager, EventAppEntity, concerns);
      await insertRows(manager, EventLeaseEntity, aboutLeases);
      await writeBegun(manager, spans);
    });
  }
}
