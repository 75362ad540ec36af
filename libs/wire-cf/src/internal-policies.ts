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
export function* renderListInSteps(policies: readonly string[]): Generator<void, Portions, void> {
  return yield* encodeInSteps(listPieces(policies));
}

function* listPieces(policies: readonly string[]): Generator<string> {
  yield `{"total_policies":${policies.length},"policies":[`;
  let before = '';
  for (const policy of policies) {
    yield before + policy;
    before = ',';
  }
  yield ']}';
}
