import type { PersistentMap } from '../persistent-map';
import {
  cellFacts,
  type CellFacts,
  type ChangeEnforcement,
  type EnforcementBook,
  type PlacedContainer,
} from './enforcement-book';

/** Older changes are forgotten here, whether in force or not; what was known of them stays where it was saved. */
export const CHANGES_KEPT = 10_000;

/** A change entered the log. */
export interface ChangeCommitted {
  readonly seq: number;
  readonly committedAtMs: number;
  /** The cells that must enforce it. */
  readonly cells: Iterable<string>;
}

/** A cell put changes in force. */
export interface ReceiptGiven {
  readonly cell: string;
  readonly enforcedUpTo: number;
  /** The changes it names; each concerns the cell even if nobody knew yet that it holds a container of the app. */
  readonly changes: readonly number[];
  readonly enforcedAtMs: number;
}

/** A book after something happened, and the changes whose enforcement is not what it was. */
export interface Step {
  readonly book: EnforcementBook;
  readonly touched: readonly ChangeEnforcement[];
}

/** The cells that hold containers of any of these apps. */
export function hostsOf(book: EnforcementBook, apps: Iterable<string>): Set<string> {
  return new Set([...apps].flatMap((app) => [...(book.hosts.get(app) ?? [])]));
}

/** After a change was committed: the cells concerned are those of this moment; whoever joins later does not change the past. */
export function changeCommitted(book: EnforcementBook, { seq, committedAtMs, cells }: ChangeCommitted): Step {
  const concerned = [...cells];
  const change = { seq, committedAtMs, cells: new Map(concerned.map((cell) => [cell, null])) };
  const waiting = concerned.reduce(
    (facts, cell) => withFacts(facts, book, cell, ({ waitingFor }) => ({ waitingFor: [...waitingFor, seq] })),
    book.cells,
  );
  const changes = book.changes.set(String(seq), change).delete(String(seq - CHANGES_KEPT));
  return { book: { ...book, cells: waiting, changes }, touched: [change] };
}

/** After a cell said which containers it holds: changes it still waits for stay its business, it may have to catch up. */
export function containersReported(book: EnforcementBook, cell: string, containers: readonly PlacedContainer[]): Step {
  const before = new Set(cellFacts(book, cell).containers.map(({ app }) => app));
  const after = new Set(containers.map(({ app }) => app));
  let hosts = book.hosts;
  for (const app of before) if (!after.has(app)) hosts = withoutHost(hosts, app, cell);
  for (const app of after) if (!before.has(app)) hosts = hosts.set(app, new Set([...(hosts.get(app) ?? []), cell]));
  return { book: { ...book, hosts, cells: withFacts(book.cells, book, cell, () => ({ containers })) }, touched: [] };
}

/** After a receipt: the cell enforces everything that concerns it up to the change it names. */
export function receiptGiven(book: EnforcementBook, { cell, enforcedUpTo, changes, enforcedAtMs }: ReceiptGiven): Step {
  const facts = cellFacts(book, cell);
  const done = [...facts.waitingFor.filter((seq) => seq <= enforcedUpTo), ...changes];
  const touched = [...new Set(done)].flatMap((seq) => {
    const change = book.changes.get(String(seq));
    if (!change || typeof change.cells.get(cell) === 'number') return [];
    return [{ ...change, cells: new Map(change.cells).set(cell, enforcedAtMs) }];
  });
  const cells = book.cells.set(cell, {
    ...facts,
    enforcedUpTo: Math.max(facts.enforcedUpTo, enforcedUpTo),
    lastReceiptAtMs: enforcedAtMs,
    waitingFor: facts.waitingFor.filter((seq) => seq > enforcedUpTo && !changes.includes(seq)),
  });
  return { book: { ...book, cells, changes: withChanges(book, touched) }, touched };
}

/** After a cell's lease has ended: it enforces nothing any more, and nobody waits for it. */
export function cellGone(book: EnforcementBook, cell: string): Step {
  const { book: empty } = containersReported(book, cell, []);
  const touched = cellFacts(book, cell).waitingFor.flatMap((seq) => {
    const change = book.changes.get(String(seq));
    if (!change) return [];
    const cells = new Map(change.cells);
    cells.delete(cell);
    return [{ ...change, cells }];
  });
  return { book: { ...empty, cells: empty.cells.delete(cell), changes: withChanges(book, touched) }, touched };
}

function withChanges(book: EnforcementBook, touched: readonly ChangeEnforcement[]): PersistentMap<ChangeEnforcement> {
  return touched.reduce((changes, change) => changes.set(String(change.seq), change), book.changes);
}

function withFacts(
  cells: PersistentMap<CellFacts>,
  book: EnforcementBook,
  cell: string,
  change: (facts: CellFacts) => Partial<CellFacts>,
): PersistentMap<CellFacts> {
  const facts = cellFacts(book, cell);
  return cells.set(cell, { ...facts, ...change(facts) });
}

function withoutHost(
  hosts: PersistentMap<ReadonlySet<string>>,
  app: string,
  cell: string,
): PersistentMap<ReadonlySet<string>> {
  const left = new Set(hosts.get(app));
  left.delete(cell);
  return left.size === 0 ? hosts.delete(app) : hosts.set(app, left);
}
