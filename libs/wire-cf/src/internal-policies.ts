import { eachOf, type Policy, type Steps } from '@heddle/domain';
import { formatTag } from './render-tags';
import { goJson } from './wire-error';

type TaggedPolicy = Policy & { readonly sourceTag: number; readonly destinationTag: number };

/**
 * The body of the list that cells get: as users see it, and with tags. It pauses where they are many.
 * @param tagLength in bytes
 */
export function* renderTaggedPolicies(policies: readonly TaggedPolicy[], tagLength: number): Steps<string> {
  const items: string[] = [];
  yield* eachOf(policies, ({ source, sourceTag, destination, destinationTag, protocol, start, end }) => {
    const shown = {
      source: { id: source, tag: formatTag(sourceTag, tagLength) },
      destination: { id: destination, tag: formatTag(destinationTag, tagLength), protocol, ports: { start, end } },
    };
    items.push(goJson(shown));
  });
  return `{"total_policies":${items.length},"policies":[${items.join(',')}]}`;
}
