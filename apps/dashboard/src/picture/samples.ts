import type { Policy } from '@heddle/domain';
import type { Cell, Change, ChangePage, Receipt } from '../api/schemas';

// Short ways to write what the specs of the picture are about.

/** `allow('web', 'db')`: tcp 8080 from one app to the other. */
export function allow(source: string, destination: string, port = 8080): Policy {
  return { source, destination, protocol: 'tcp', start: port, end: port };
}

/** Change `seq`, one second after the one before it. */
export function change(seq: number, added: Policy[] = [], removed: Policy[] = []): Change {
  return {
    seq,
    id: `event-${seq}`,
    time: new Date(seq * 1000).toISOString(),
    actor: { name: 'admin' },
    correlationId: 'request',
    previousHash: '0',
    hash: String(seq),
    what: { kind: 'policies', added, removed, tagsAllocated: [], tagsReleased: [] },
  };
}

/** A page with the changes from the newest down to the oldest; `isLast` when nothing is older. */
export function pageDown(newest: number, oldest: number, isLast = false): ChangePage {
  const changes = Array.from({ length: newest - oldest + 1 }, (_, i) => change(newest - i, [allow('web', 'db')]));
  return { changes, next: isLast ? null : oldest };
}

/** A live cell that has enforced everything up to a change. */
export function cell(name: string, enforcedUpTo = 0, more: Partial<Cell> = {}): Cell {
  return {
    cell: name,
    state: 'live',
    lastSeenAt: null,
    enforcedUpTo,
    waitingFor: [],
    lagMs: 0,
    lease: null,
    containers: [],
    ...more,
  };
}

/** A cell says that it enforces up to a change. */
export function receipt(name: string, enforcedUpTo: number): Receipt {
  return { cell: name, enforcedUpTo, changes: [enforcedUpTo], enforcedAt: new Date(enforcedUpTo * 1000).toISOString() };
}
