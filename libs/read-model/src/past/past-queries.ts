import type { Guardrail, Lease, PolicySpan, SecurityGroup, Traffic } from '@heddle/domain';
import type { PolicyFilter, TypedTag } from '../policy-filter';

/** A change, as the moment behind it. */
export interface Moment {
  readonly seq: number;
  /** When its command was taken, as it stands in the log. */
  readonly time: string;
}

/** Who made a change, when, and why. */
export interface Authorship extends Moment {
  /** The name of the one who asked. */
  readonly actor: string;
  readonly reason?: string;
}

/** A source and a destination, by which policies are found. */
export interface AppPair {
  readonly source: string;
  readonly destination: string;
}

/** Which pairs are wanted. They are in an order of their own, which stays. */
export interface PairPage {
  /** Pairs behind this one. */
  readonly after?: string;
  /** At most this many, from 1. */
  readonly limit: number;
}

/** What was allowed between two apps. */
export interface BetweenApps {
  /** The policies that allowed it, the oldest first. */
  readonly standing: readonly PolicySpan[];
  /** Where there is none, the last that did, if one ever did. */
  readonly last?: PolicySpan;
}

/** A place in lists of what stood: in the order of the changes that made it so. */
export interface SpanPlace {
  readonly fromSeq: number;
  /** Among what the same change made, from 0. */
  readonly fromIndex: number;
}

/** Which part of a list is wanted. */
export interface SpanPage {
  /** What comes behind this place. */
  readonly after?: SpanPlace;
  /** At most this many, from 1. */
  readonly limit: number;
}

/** Which policies are wanted that stood. */
export interface PastPolicyFilter extends PolicyFilter {
  /** Only those that close by themselves. */
  readonly isExpiring?: boolean;
}

/** A policy that stood, and where it stands in lists. */
export type PlacedPolicy = PolicySpan & SpanPlace;

/** The whole time of a policy, and the span by which it was found. */
export interface WholeSpan {
  readonly whole: PolicySpan;
  readonly found: PlacedPolicy;
}

/** Something else that stood, as it was. */
export interface Placed<Value> extends SpanPlace {
  readonly value: Value;
}

/** What stands beside policies. */
export interface StandingValues {
  readonly tag: TypedTag;
  readonly lease: Lease;
  readonly group: SecurityGroup;
  readonly guardrail: Guardrail;
}

/**
 * What was so after some change, by its sequence. The past does not change: an answer about a change that the tables hold is the
 * same for ever, but for the ends of what still stood.
 */
export interface PastQueries {
  /** The newest change that was taken at a time (ms since 1970) or before it; `undefined` when there is none. */
  newestChangeAt(ms: number): Promise<Moment | undefined>;
  /** One change; `undefined` when the tables do not hold it. */
  momentOf(seq: number): Promise<Moment | undefined>;
  /** The policies that stood, in the order they were added. */
  policiesAt(seq: number, filter: PastPolicyFilter, page: SpanPage): Promise<PlacedPolicy[]>;
  /** The policies that stood after one change, or after any later one up to another, in the order they were added. */
  policiesBetween(since: number, until: number, filter: PastPolicyFilter, page: SpanPage): Promise<PlacedPolicy[]>;
  /**
   * The whole times for which policies stood without a break, however often their ends moved: from the change that added one to the one
   * that removed it, with its last end. Of the spans given only those are told that nothing of the same time precedes behind a change,
   * so that whoever looks at what stood from there on hears of each time once.
   */
  wholeSpans(spans: readonly PlacedPolicy[], since: number): Promise<WholeSpan[]>;
  /** What allowed some traffic between two apps, or did so last. At most `limit` policies are told. */
  betweenApps(pair: AppPair, seq: number, traffic: Traffic, limit: number): Promise<BetweenApps>;
  /** The pairs of apps, each by a name of its own, between which any policy stood. */
  pairsAt(seq: number, page: PairPage): Promise<string[]>;
  /** The pairs between which a policy began or ended behind one change and up to another. */
  pairsTouched(since: number, until: number, page: PairPage): Promise<string[]>;
  /** The policies between some pairs that stood after any of the changes, pair by pair. */
  spansOfPairs(pairs: readonly string[], seqs: readonly number[]): Promise<PolicySpan[]>;
  /**
   * The spans of policies between the same apps as some policies that ended at a change or behind it, or stand; pair by pair.
   * @param upTo only those that began at this change or before it
   */
  spansEndingFrom(policies: readonly AppPair[], seq: number, upTo?: number): Promise<PolicySpan[]>;
  /** Those of some apps that ever took part in a policy. */
  knownApps(apps: readonly string[]): Promise<ReadonlySet<string>>;
  /** Who made some changes, ascending by sequence; changes that the tables do not hold are left out. */
  authorsOf(seqs: readonly number[]): Promise<Authorship[]>;
  /** The tags, leases, security groups or guardrails that stood, in the order in which they came to be as they were. */
  standingAt<Kind extends keyof StandingValues>(
    kind: Kind,
    seq: number,
    page: SpanPage,
  ): Promise<Placed<StandingValues[Kind]>[]>;
}
