import { checkable, type AppSelector, type GuardrailStatement, type Policy } from '@heddle/domain';
import { isoTime } from '@heddle/platform';
import type { Authorship, PastPolicyFilter, SpanPlace } from '@heddle/read-model';
import type { Core } from '../core/core';
import type { AsOf } from '../past/as-of';
import { placeText } from '../past/past-query';
import { toldOnce, type Told, type ViolationSources } from './told-once';

/** A policy that is or was against a statement. */
export interface Violation extends Policy {
  /** Whether it is; else it may be, since nobody knows the space of an app. */
  readonly certain: boolean;
  /** The change that added the policy. */
  readonly since: Authorship;
  /** The change that removed it; `null` while it stands. */
  readonly until: Authorship | null;
  /** When it closes by itself, as was said last, ISO 8601 with zone; left out when it does not. */
  readonly expires?: string;
}

/**
 * Some of the policies that stood against a statement in a window, each once for the time it stood without a break. Those that stood when
 * it began come first, and then in the order they were added.
 */
export interface ViolationPage {
  readonly since: AsOf;
  readonly until: AsOf;
  readonly violations: readonly Violation[];
  /** What to give as `after` for the next page, which may be empty; `null` on the last one. */
  readonly next: string | null;
}

/** Which part of the past is looked through. */
export interface ViolationWindow {
  readonly since: AsOf;
  readonly until: AsOf;
  readonly after?: SpanPlace;
  readonly limit: number;
}

const PORTION = 1_000;
/** So many policies are looked at for a page; then it ends, however little it has found. */
const MOST_LOOKED_AT = 20_000;

/** The policies that stood against a statement at any time of a window, by what is known of spaces now, or was when it was decided. */
export async function violationPage(
  sources: ViolationSources,
  statement: GuardrailStatement,
  { since, until, after, limit }: ViolationWindow,
): Promise<ViolationPage> {
  const { readModel } = sources.core;
  const held = checkable(statement);
  const found: Told[] = [];
  let place = after;
  let hasMore = true;
  for (let looked = 0; hasMore && looked < MOST_LOOKED_AT && found.length < limit; looked += PORTION) {
    const page = { ...(place && { after: place }), limit: PORTION };
    const portion = await readModel.policiesBetween(since.seq, until.seq, filterOf(statement), page);
    const told = await toldOnce(sources, held, portion, since.seq);
    const some = told.slice(0, limit - found.length);
    found.push(...some);
    hasMore = portion.length === PORTION || some.length < told.length;
    place = (some.length < told.length ? some.at(-1)?.place : portion.at(-1)) ?? place;
  }
  const authors = await authorsOf(sources.core, found);
  return {
    ...{ since, until },
    violations: found.map((told) => view(told, authors)),
    next: hasMore && place ? placeText(place) : null,
  };
}

/** What an index can find; the rest is looked at one by one. */
function filterOf({ from, to }: GuardrailStatement): PastPolicyFilter {
  const named = ({ is, apps, spaces }: AppSelector) => (is === 'one-of' && spaces.length === 0 ? apps : undefined);
  return { sources: named(from), destinations: named(to) };
}

async function authorsOf(
  { readModel }: Pick<Core, 'readModel'>,
  found: readonly Told[],
): Promise<ReadonlyMap<number, Authorship>> {
  const seqs = found.flatMap(({ span: { fromSeq, untilSeq } }) => [fromSeq, ...(untilSeq === null ? [] : [untilSeq])]);
  return new Map((await readModel.authorsOf([...new Set(seqs)])).map((author) => [author.seq, author]));
}

function view(
  { certain, span: { policy, fromSeq, untilSeq, expiresAtMs } }: Told,
  authors: ReadonlyMap<number, Authorship>,
): Violation {
  const authorOf = (seq: number): Authorship => {
    const author = authors.get(seq);
    if (!author) throw new Error(`the tables tell of a policy of change ${seq}, but not of the change`);
    return author;
  };
  return {
    ...{ ...policy, certain, since: authorOf(fromSeq), until: untilSeq === null ? null : authorOf(untilSeq) },
    ...(expiresAtMs !== undefined && { expires: isoTime(expiresAtMs) }),
  };
}
