import type { Policy } from '@heddle/domain';
import { encodeInSteps, type Portions } from '@heddle/platform';
import { quoted } from './quoted';
import { formatTag } from './render-tags';

/** A policy as cells get it: as users see it, and with tags. @param tagLength in bytes */
export function renderTaggedPolicy(
  policy: Policy,
  tags: { readonly source: number; readonly destination: number },
  tagLength: number,
): string {
  const { source, destination, protocol, start, end } = policy;
  return (
    `{"source":{"id":${quoted(source)},"tag":"${formatTag(tags.source, tagLength)}"},` +
    `"destination":{"id":${quoted(destination)},"tag":"${formatTag(tags.destination, tagLength)}",` +
    `"protocol":"${protocol}","ports":{"start":${start},"end":${end}}}}`
  );
}

/** The body of a list of policies, each rendered already, in portions and with pauses where they are many. */
export function renderListInSteps(policies: readonly string[]): Generator<void, Portions, void> {
  return encodeInSteps(listPieces(policies, (policy) => policy));
}

/** So many policies are put together at once. */
const PORTION = 256;

/** A list of policies in pieces, each written when its turn comes. */
export function* listPieces<Item>(policies: readonly Item[], write: (policy: Item) => string): Generator<string> {
  yield `{"total_policies":${policies.length},"policies":[`;
  for (let from = 0; from < policies.length; from += PORTION) {
    const portion = policies
      .slice(from, from + PORTION)
      .map(write)
      .join(',');
    yield from === 0 ? portion : `,${portion}`;
  }
  yield ']}';
}
