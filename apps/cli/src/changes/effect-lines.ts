import { effectOf } from '../api/effect';
import type { Change } from '../api/schemas';
import { count } from '../output/enumerate';
import type { Line } from '../output/table';
import { visible } from '../output/visible';
import { policyWords } from '../policy/policy-words';

/**
 * What a change did, a line each: `+ visitor → homeowner tcp 8080`.
 * @param most so many lines at most; how many were left out is said in one more.
 */
export function effectLines(change: Change, most = Infinity): Line[] {
  const lines = linesOf(change);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most), `and ${count(lines.length - most, 'line')} more: heddle changes show ${change.seq}`];
}

function linesOf(change: Change): Line[] {
  const effect = effectOf(change);
  switch (effect.kind) {
    case 'policies':
      return [
        ...effect.added.map((policy) => ({ text: `+ ${policyWords(policy)}`, tone: 'good' as const })),
        ...effect.removed.map((policy) => ({ text: `- ${policyWords(policy)}`, tone: 'bad' as const })),
      ];
    case 'lease':
      return [
        visible(`${effect.cell} (${effect.underlayAddress}) ${effect.verb} the lease of ${effect.overlaySubnet}`),
      ];
    case 'other':
      return [visible(change.type)];
  }
}
