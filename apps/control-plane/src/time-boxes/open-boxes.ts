import { policyKey, type PolicyEvent, type TimeBox } from '@heddle/domain';
import { fromFact, type LogFollower, type LoggedEvent } from '@heddle/event-log';

/** The change that set when some policies close. */
export type Opening = Pick<LoggedEvent, 'seq' | 'time' | 'actor' | 'reason' | 'correlationId'>;

/** What one change opened and is due. */
export interface Due {
  readonly opening: Opening;
  readonly boxes: readonly TimeBox[];
}

/** The policies that close by themselves, and which change set their end; folded from the log alone. */
export class OpenBoxes {
  private readonly boxes = new Map<string, TimeBox & { readonly opening: Opening }>();
  /** `undefined` when it is to be looked for anew. */
  private earliestMs: number | undefined = Infinity;

  constructor(follower: LogFollower) {
    follower.subscribe((event) => this.take(event));
  }

  /** When the next one closes, epoch milliseconds; infinity when none does. */
  get nextAtMs(): number {
    return (this.earliestMs ??= this.earliest());
  }

  /** Those whose time is over, by the change that set it. */
  due(nowMs: number): Due[] {
    const dues = new Map<number, { opening: Opening; boxes: TimeBox[] }>();
    for (const { opening, policy, expiresAtMs } of this.boxes.values()) {
      if (expiresAtMs > nowMs) continue;
      const due = dues.get(opening.seq) ?? { opening, boxes: [] };
      due.boxes.push({ policy, expiresAtMs });
      dues.set(opening.seq, due);
    }
    return [...dues.values()];
  }

  private take(event: LoggedEvent): void {
    if (event.topic !== 'policy') return;
    const fact = fromFact<PolicyEvent>(event);
    if (fact.type !== 'policies-changed') return;
    if (this.boxes.size > 0) for (const policy of fact.removed) this.close(policyKey(policy));
    for (const { policy, expiresAtMs } of fact.terms ?? []) {
      const key = policyKey(policy);
      if (expiresAtMs === null) this.close(key);
      else this.open(key, { policy, expiresAtMs }, event);
    }
  }

  private open(key: string, box: TimeBox, { seq, time, actor, reason, correlationId }: Opening): void {
    this.boxes.set(key, { ...box, opening: { seq, time, actor, reason, correlationId } });
    this.earliestMs = undefined;
  }

  private close(key: string): void {
    if (this.boxes.delete(key)) this.earliestMs = undefined;
  }

  private earliest(): number {
    let earliest = Infinity;
    for (const { expiresAtMs } of this.boxes.values()) earliest = Math.min(earliest, expiresAtMs);
    return earliest;
  }
}
