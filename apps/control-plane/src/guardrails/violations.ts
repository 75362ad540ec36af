import {
  appsToPlace,
  checkable,
  violates,
  type AppSelector,
  type GuardrailStatement,
  type Policy,
  type SpacesOfApps,
} from '@heddle/domain';
import { inTurns, isoTime } from '@heddle/platform';
import type { Authorship, PastPolicyFilter, PlacedPolicy, SpanPlace } from '@heddle/read-model';
import type { Core } from '../core/core';
import type { AsOf } from '../past/as-of';
import { placeText } from '../past/past-query';
import { spacesIfKnown, type SpaceSources } from './spaces-of-apps';

/** A policy that is or was against a statement. */
export interface Violation extends Policy {
  /** Whether it is; else it may be, since nobody knows the space of an app. */
  readonly certain: boolean;
  /** The change that added the policy, or moved its end. */
  readonly since: Authorship;
  /** The change that removed it, or moved its end; `null` while it stands as it is. */
  readonly until: Authorship | null;
  /** When it closes by itself, ISO 8601 with zone; left out when it does not. */
  readonly expires?: string;
}

/** Some of the policies that stood against a statement in a window, in the order they were added. */
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

/** Who knows what stood when, and the spaces of its apps. */
export interface ViolationSources extends SpaceSources {
  readonly core: Pick<Core, 'readModel' | 'enforcement' | 'recordedSpaces'>;
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
  const found: { readonly span: PlacedPolicy; readonly certain: boolean }[] = [];
  let place = after;
  let hasMore = true;
  for (let looked = 0; hasMore && looked < MOST_LOOKED_AT && found.length < limit; looked += PORTION) {
    const page = { ...(place && { after: place }), limit: PORTION };
    const portion = await readModel.policiesBetween(since.seq, until.seq, filterOf(statement), page);
    const policies = portion.map(({ policy }) => policy);
    const spaces = await spacesThen(sources, await inTurns(appsToPlace([held], policies)));
    hasMore = portion.length === PORTION;
    for (const span of portion) {
      place = span;
      const verdict = violates(held, span.policy, spaces);
      if (verdict !== 'no') found.push({ span, certain: verdict === 'yes' });
      if (found.length < limit) continue;
      hasMore ||= span !== portion.at(-1);
      break;
    }
  }
  const authors = await authorsOf(
    sources.core,
    found.map(({ span }) => span),
  );
  return {
    ...{ since, until },
    violations: found.map(({ span, certain }) => view(span, certain, authors)),
    next: hasMore && place ? placeText(place) : null,
  };
}

async function spacesThen(sources: ViolationSources, apps: readonly string[]): Promise<SpacesOfApps> {
  const spaces = await spacesIfKnown(sources, apps);
  const { recordedSpaces } = sources.core;
  return new Map(Array.from(spaces, ([app, space]) => [app, space ?? recordedSpaces.spaceOf(app)]));
}

/** What an index can find; the rest is looked at one by one. */
function filterOf({ from, to }: GuardrailStatement): PastPolicyFilter {
  const named = ({ is, apps, spaces }: AppSelector) => (is === 'one-of' && spaces.length === 0 ? apps : undefined);
  return { sources: named(from), destinations: named(to) };
}

async function authorsOf(
  { readModel }: Pick<Core, 'readModel'>,
  spans: readonly PlacedPolicy[],
): Promise<ReadonlyMap<number, Authorship>> {
  const seqs = spans.flatMap(({ fromSeq, untilSeq }) => (untilSeq === null ? [fromSeq] : [fromSeq, untilSeq]));
  return new Map((await readModel.authorsOf([...new Set(seqs)])).map((author) => [author.seq, author]));
}

function view(
  { policy, fromSeq, untilSeq, expiresAtMs }: PlacedPolicy,
  certain: boolean,
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
