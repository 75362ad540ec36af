import {
  groupContradiction,
  leaseContradiction,
  policyContradiction,
  type GroupEvent,
  type LeaseEvent,
  type PolicyEvent,
  type Steps,
} from '@heddle/domain';
import { UnknownFact, type EventLog, type LoggedEvent } from '@heddle/event-log';
import { inTurns, type Logger } from '@heddle/platform';
import { readEventData, UnreadableEvent } from '@heddle/read-model';
import { z } from 'zod';
import type { Books } from '../core/present-documents';

/** More of them say nothing more. */
const MOST_LOGGED = 20;

const acknowledged = z.object({
  breaks: z.array(z.object({ kind: z.string(), seq: z.int(), contradicts: z.string() })),
});

/**
 * Finds the events that were altered so that nothing can follow from them, before anybody folds them: those that cannot be read as what
 * their type says, and those that contradict what stands. What cannot be told from the fact of a newer Heddle is no such event.
 */
export class FactJudge {
  private found = 0;

  /** What the ledgers know is what an event has to follow on. */
  constructor(
    private readonly log: EventLog,
    private readonly books: () => Books,
    private readonly logger: Logger,
  ) {}

  /**
   * Why nothing follows from an event, if nothing does. A large one is looked at in turns.
   * @throws {UnknownFact} when nothing says that it was altered, and this version does not know it.
   */
  judge(event: LoggedEvent): string | undefined | Promise<string | undefined> {
    const steps = this.faultOf(event);
    const first = steps.next();
    if (first.done && first.value !== UNKNOWN) return this.told(event, first.value);
    return this.judgeOn(event, first.done ? UNKNOWN : inTurns(steps));
  }

  private async judgeOn(
    event: LoggedEvent,
    judging: Promise<Fault | undefined> | typeof UNKNOWN,
  ): Promise<string | undefined> {
    const fault = await judging;
    if (fault !== UNKNOWN) return this.told(event, fault);
    if (await this.isAltered(event)) return this.told(event, `its type '${event.type}' is none`);
    throw new UnknownFact(event.seq, event.type);
  }

  private *faultOf(event: LoggedEvent): Steps<Fault | undefined> {
    if (Number.isNaN(Date.parse(event.time))) return `'${event.time}' is not a time`;
    if (event.topic === 'audit') return acknowledgmentFault(event);
    try {
      const fact = yield* readEventData(event);
      if (!fact) return UNKNOWN;
      return yield* this.contradictionOf(event, fact);
    } catch (error) {
      if (error instanceof UnreadableEvent) return error.message;
      throw error;
    }
  }

  private *contradictionOf(
    { topic }: LoggedEvent,
    fact: PolicyEvent | LeaseEvent | GroupEvent,
  ): Steps<string | undefined> {
    const { policies, leases, groups } = this.books();
    if (topic !== topicOf(fact)) return `it is no fact of the topic '${topic}'`;
    if (isOfLease(fact)) return leaseContradiction(leases.state, fact);
    if (fact.type === 'groups-changed') return groupContradiction(groups.state, fact);
    return yield* policyContradiction(policies.state, fact);
  }

  /** Whether the event behind it on its topic was written behind another one. */
  private async isAltered({ seq, topic, hash }: LoggedEvent): Promise<boolean> {
    const end = await this.log.lastSequence();
    if (end <= seq) return false;
    for await (const next of this.log.read({ after: seq, upTo: end }))
      if (next.topic === topic) return next.previousHash !== hash;
    return false;
  }

  private told({ seq, type }: LoggedEvent, fault: string | undefined): string | undefined {
    if (fault !== undefined && this.found++ < MOST_LOGGED)
      this.logger.error({ seq, type, because: fault }, 'a change is passed over: nothing can follow from it');
    return fault;
  }
}

/** Half a sentence, or the mark of a type that is not known. */
type Fault = string | typeof UNKNOWN;
const UNKNOWN = Symbol('unknown');

function acknowledgmentFault({ type, data }: LoggedEvent): Fault | undefined {
  if (type !== 'breaks-acknowledged.v1') return UNKNOWN;
  return acknowledged.safeParse(data).success ? undefined : 'it does not say which breaks it acknowledges';
}

function isOfLease(fact: PolicyEvent | LeaseEvent | GroupEvent): fact is LeaseEvent {
  return fact.type.startsWith('lease-');
}

function topicOf(fact: PolicyEvent | LeaseEvent | GroupEvent): LoggedEvent['topic'] {
  if (isOfLease(fact)) return 'lease';
  return fact.type === 'groups-changed' ? 'group' : 'policy';
}
