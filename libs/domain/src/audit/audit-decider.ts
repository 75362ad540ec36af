import type { Decider } from '../decider';
import { Refused } from '../refused';
import type { AuditEvent, LogBreak } from './events';

/** Lets the log go on in spite of these breaks. */
export interface AcknowledgeBreaks {
  readonly type: 'acknowledge-breaks';
  readonly breaks: readonly LogBreak[];
}

/** The breaks that were acknowledged. Each by itself: another one at the same place is news. */
export type AuditBook = ReadonlySet<string>;

/** What was found out about the log itself. */
export const auditDecider: Decider<AuditBook, AcknowledgeBreaks, AuditEvent> = {
  initialState: new Set(),

  decide(book, { breaks }) {
    const news = unacknowledged(book, breaks);
    if (news.length === 0)
      throw new Refused('nothing-to-acknowledge', 'the log is as it was written, or all that is not was acknowledged');
    return { type: 'breaks-acknowledged', breaks: news };
  },

  evolve: (book, { breaks }) => new Set([...book, ...breaks.map(nameOf)]),
};

/** Those of the breaks that nobody has acknowledged yet. */
export function unacknowledged(book: AuditBook, breaks: readonly LogBreak[]): LogBreak[] {
  return breaks.filter((one) => !book.has(nameOf(one)));
}

function nameOf({ kind, seq, contradicts }: LogBreak): string {
  return `${kind} ${seq} ${contradicts}`;
}
