import type { Policy } from '@heddle/domain';
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

/** The body of a list of policies, each rendered already. */
export function renderPolicyList(policies: readonly string[]): string {
  return `{"total_policies":${policies.length},"policies":[${policies.join(',')}]}`;
}
