import type { Policy } from '@heddle/domain';
import { formatTag } from './render-tags';
import { goJson } from './wire-error';

/** The body of the list that cells get: as users see it, and with tags. @param tagLength in bytes */
export function renderTaggedPolicies(
  policies: readonly (Policy & { readonly sourceTag: number; readonly destinationTag: number })[],
  tagLength: number,
): string {
  return goJson({
    total_policies: policies.length,
    policies: policies.map(({ source, sourceTag, destination, destinationTag, protocol, start, end }) => ({
      source: { id: source, tag: formatTag(sourceTag, tagLength) },
      destination: { id: destination, tag: formatTag(destinationTag, tagLength), protocol, ports: { start, end } },
    })),
  });
}
