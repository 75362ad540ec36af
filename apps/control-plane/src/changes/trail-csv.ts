import { stringify } from 'csv-stringify/sync';
import type { PoliciesChanged, Policy } from '@heddle/domain';
import type { TrailEntry } from './trail';

/** The columns, named in the first line. */
const COLUMNS = [
  ...['kind', 'seq', 'time', 'actor', 'user_id', 'client_id', 'address', 'request_id', 'reason', 'what', 'message'],
  ...['effect', 'source', 'destination', 'protocol', 'start', 'end', 'data'],
];
/** Lines end as RFC 4180 §2 has it; and no text of a client's is a formula to a spreadsheet. */
const FORM = { columns: COLUMNS, record_delimiter: 'windows', escape_formulas: true } as const;

/** What a line says beside who did it, when and why. */
type Effect = Partial<Policy> & { readonly effect?: string; readonly data?: string };

/** The first line. */
export function csvHeader(): string {
  return stringify([], { ...FORM, header: true });
}

/**
 * An entry as lines of CSV. What changed policies, or should have, has a line for each of them, so that a spreadsheet can filter by
 * app and port; anything else has one line, with what it did as JSON in the last column.
 */
export function csvLines(entry: TrailEntry): string {
  const { kind, seq, time, actor, address, correlationId, reason } = entry;
  const common = {
    ...{ kind, seq, time, address, reason, request_id: correlationId },
    ...{ actor: actor.name, user_id: actor.userId, client_id: actor.clientId },
    ...(entry.kind === 'change' ? { what: entry.type } : { what: whatWasAsked(entry), message: entry.message }),
  };
  return stringify(
    effectsOf(entry).map((effect) => ({ ...common, ...effect })),
    FORM,
  );
}

function whatWasAsked({ asked: { method, path } }: Extract<TrailEntry, { kind: 'refused' }>): string {
  return `${method} ${path}`;
}

function effectsOf(entry: TrailEntry): Effect[] {
  if (entry.kind === 'refused') {
    const { command: effect, named = [] } = entry.asked;
    return named.length > 0 ? named.map((policy) => ({ effect, ...policy })) : [{ effect }];
  }
  const policies = entry.type === 'policies-changed.v1' ? policiesIn(entry.data) : [];
  return policies.length > 0 ? policies : [{ data: JSON.stringify(entry.data) }];
}

/** None in a change that was altered so that it cannot be read. */
function policiesIn(data: unknown): Effect[] {
  const { added, removed } = (data ?? {}) as Partial<PoliciesChanged>;
  if (!Array.isArray(added) || !Array.isArray(removed)) return [];
  return [
    ...added.map((policy) => ({ effect: 'added', ...policy })),
    ...removed.map((policy) => ({ effect: 'removed', ...policy })),
  ];
}
