import { PersistentMap } from '../persistent-map';

interface Waiting<Value> {
  readonly key: string;
  readonly value: Value;
}

/**
 * A queue that never changes: `push` and `remove` give a new one that shares nearly everything with the old.
 * Who waits can be found and taken out by its key; the oldest is at hand. Each costs the same however many wait.
 */
export class WaitingLine<Value> {
  private constructor(
    private readonly byTicket: PersistentMap<Waiting<Value>>,
    private readonly tickets: PersistentMap<number>,
    private readonly first: number,
    private readonly next: number,
  ) {}

  static empty<Value>(): WaitingLine<Value> {
    return new WaitingLine<Value>(PersistentMap.empty(), PersistentMap.empty(), 0, 0);
  }

  get size(): number {
    return this.tickets.size;
  }

  get(key: string): Value | undefined {
    const ticket = this.tickets.get(key);
    return ticket === undefined ? undefined : this.byTicket.get(String(ticket))?.value;
  }

  /** Who has waited longest. */
  get oldest(): Waiting<Value> | undefined {
    return this.byTicket.get(String(this.first));
  }

  /** Puts an entry at the end, also one that waited already. */
  push(key: string, value: Value): WaitingLine<Value> {
    const { byTicket, tickets, first, next } = this.remove(key);
    return new WaitingLine(byTicket.set(String(next), { key, value }), tickets.set(key, next), first, next + 1);
  }

  /** Takes an entry out, wherever it stands. */
  remove(key: string): WaitingLine<Value> {
    const ticket = this.tickets.get(key);
    if (ticket === undefined) return this;
    const byTicket = this.byTicket.delete(String(ticket));
    let { first } = this;
    while (first < this.next && !byTicket.has(String(first))) first++;
    return new WaitingLine(byTicket, this.tickets.delete(key), first, this.next);
  }

  /** Everyone who waits, in no promised order. */
  *values(): Generator<Value> {
    for (const { value } of this.byTicket.values()) yield value;
  }
}
