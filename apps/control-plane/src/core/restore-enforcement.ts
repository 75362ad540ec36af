import { appsTouchedBy } from '@heddle/cell-protocol';
import {
  atOnce,
  cellFollows,
  changeCommitted,
  concernOfApps,
  containersReported,
  emptyEnforcementBook,
  leaseRestored,
  receiptGiven,
  withChangeKept,
  type ChangeEnforcement,
  type Concern,
  type DocumentKey,
  type EnforcementBook,
  type LeaseEvent,
  type PolicyEvent,
} from '@heddle/domain';
import { fromFact, type EventLog, type LoggedEvent } from '@heddle/event-log';
import { readEventData, UnreadableEvent, type EnforcementRow, type ReadModel } from '@heddle/read-model';

/** As many open changes are looked for again after a restart. */
const PENDING_LOADED = 10_000;

/**
 * The enforcement book as it was kept: which cells hold which containers, and which changes wait for whom. Of a change it is
 * kept only who has to enforce it; what each has to hold follows from the change and from the containers.
 */
export async function restoreEnforcement(readModel: ReadModel, log: EventLog): Promise<EnforcementBook> {
  let book = emptyEnforcementBook;
  for (const { cell, containers, namesSpaces, enforcedUpTo, lastReceiptAtMs, leases } of await readModel.loadCells()) {
    book = containersReported(book, cell, containers, namesSpaces).book;
    if (leases) book = cellFollows(book, cell, leases);
    if (lastReceiptAtMs === null) continue;
    book = receiptGiven(book, { cell, enforcedUpTo, changes: [], documents: [], enforcedAtMs: lastReceiptAtMs }).book;
  }
  for (const row of await readModel.loadPendingEnforcements(PENDING_LOADED)) {
    if (row.lease) {
      book = leaseRestored(book, changeIn(row));
      continue;
    }
    // The tables of the log are written by themselves: after a crash they may end before these.
    const event = (await readModel.change(row.seq)) ?? (await inLog(log, row.seq));
    if (event && isReadable(event)) book = withPending(book, row, event);
  }
  return book;
}

/** From an event that was altered so that it cannot be read, nothing follows. */
function isReadable(event: LoggedEvent): boolean {
  try {
    atOnce(readEventData(event));
    return true;
  } catch (error) {
    if (error instanceof UnreadableEvent) return false;
    throw error;
  }
}

/** A change as its row has it. */
export function changeIn({ seq, committedAtMs, cells, flowsCut = {}, lease }: EnforcementRow): ChangeEnforcement {
  const counted = { cells: new Map(Object.entries(cells)), flowsCut: new Map(Object.entries(flowsCut)) };
  return { seq, committedAtMs, ...counted, ...(lease && { lease }) };
}

async function inLog(log: EventLog, seq: number): Promise<LoggedEvent | undefined> {
  if (seq > (await log.lastSequence())) return undefined;
  for await (const event of log.read({ after: seq - 1, upTo: seq })) return event;
  return undefined;
}

function withPending(book: EnforcementBook, row: EnforcementRow, event: LoggedEvent): EnforcementBook {
  const { seq, committedAtMs } = row;
  // Which documents a change of groups made new is known once the log has been read up to there.
  if (event.topic === 'group') return withChangeKept(book, changeIn(row));
  const waiting = Object.entries(row.cells).filter(([, enforcedAtMs]) => enforcedAtMs === null);
  const concern = new Map(
    [...concernOf(book, event, Object.keys(row.cells))].filter(([cell]) => waiting.some(([name]) => name === cell)),
  );
  const restored = changeCommitted(book, { seq, committedAtMs, concern }).book;
  return Object.entries(row.cells).reduce((after, [cell, enforcedAtMs]) => {
    if (enforcedAtMs === null) return after;
    const flowsCut = row.flowsCut?.[cell] === undefined ? 0 : row.flowsCut[cell];
    return receiptGiven(after, { cell, enforcedUpTo: 0, changes: [seq], documents: [], enforcedAtMs, flowsCut }).book;
  }, restored);
}

function concernOf(book: EnforcementBook, event: LoggedEvent, cells: readonly string[]): Concern {
  if (event.topic !== 'lease') return concernOfApps(book, appsTouchedBy(fromFact<PolicyEvent>(event)));
  // Kept before there were stretches.
  const key: DocumentKey = `lease:${fromFact<LeaseEvent>(event).lease.cell}`;
  return new Map(cells.map((cell) => [cell, new Set([key])]));
}
