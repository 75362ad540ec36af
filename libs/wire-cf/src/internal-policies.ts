import type { Policy } from '@heddle/domain';
import { quoted } from './quoted';
import { formatTag } from './render-tags';

/** A policy as cells get it: as users see it, and with tags. @param tagLength in bytes */
export function renderTaggedPolicy(
  policy: Policy & { readonly sourceTag: number; readonly destinationTag: number },
  tagLength: number,
): string {
  const { source, sourceTag, destination, destinationTag, protocol, start, end } = policy;
  return (
    `{"source":{"id":${quoted(source)},"tag":"${formatTag(sourceTag, tagLength)}"},` +
    `"destination":{"id":${quoted(destination)},"tag":"${formatTag(destinationTag, tagLength)}",` +
    `"protocol":"${protocol}","ports":{"start":${start},"end":${end}}}}`
  );
}

/** The body of a list of policies, each rendered already. */
export function renderPolicyList(policies: readonly string[]): string {
  return `{"total_policies":${policies.length},"policies":[${policies.join(',')}]}`;
}
