import { effectOf, type Effect, type Policy } from '../api/effect';
import type { Change } from '../api/schemas';
import { guardrailWords, violationLine } from '../guardrail/guardrail-words';
import { count, enumerate } from '../output/enumerate';
import type { Line } from '../output/table';
import { visible } from '../output/visible';
import { policyWords } from '../policy/policy-words';

type PoliciesEffect = Extract<Effect, { readonly kind: 'policies' }>;

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
      return policyLines(effect);
    case 'confirmed':
      return unchangedLines(effect.unchanged, effect.policies, effect.command === 'add-policies');
    case 'tag':
      return [visible(`${effect.app} (${effect.type ?? 'app'}) got tag ${effect.tag} for itself`)];
    case 'groups':
      return [
        ...effect.added.map((group) => ({ text: `+ ${groupWords(group)}`, tone: 'good' as const })),
        ...effect.changed.map((group) => `~ ${groupWords(group)}`),
        ...effect.removed.map((guid) => ({ text: visible(`- security group ${guid}`), tone: 'bad' as const })),
      ];
    case 'lease':
      return [
        visible(`${effect.cell} (${effect.underlayAddress}) ${effect.verb} the lease of ${effect.overlaySubnet}`),
      ];
    case 'guardrail': {
      const words = guardrailWords(effect.guardrail);
      return effect.isSet ? [`+ ${words}`] : [`- ${words}`];
    }
    case 'acknowledged':
      return effect.breaks.map(({ kind, seq }) =>
        visible(`! the log is not as it was written: ${kind} at change ${seq}`),
      );
    case 'other':
      return [visible(change.type)];
  }
}

function policyLines({ added, removed, asked, terms = [], cause, violations = [] }: PoliciesEffect): Line[] {
  const ends = new Map(terms.map(({ policy, expiresAtMs }) => [policyWords(policy), endWords(expiresAtMs)]));
  const names = added.map(policyWords);
  const moved = [...ends].filter(([name]) => !names.includes(name));
  const ineffective = asked && asked.policies - added.length - removed.length - moved.length;
  return [
    ...(cause ? [`${CAUSES[cause.what] ?? `${cause.what}: change`} ${enumerate(cause.changes.map(String))}`] : []),
    ...names.map((name) => ({ text: `+ ${name}${ends.get(name) ?? ''}`, tone: 'good' as const })),
    ...removed.map((policy) => ({ text: `- ${policyWords(policy)}`, tone: 'bad' as const })),
    ...moved.map(([name, end]) => `~ ${name}${end}`),
    ...(asked ? unchangedLines(asked.unchanged, ineffective ?? 0, added.length + moved.length > 0) : []),
    ...violations.map(violationLine),
  ];
}

const CAUSES: Readonly<Record<string, string>> = {
  expired: 'the time is over of what was opened by change',
  reverted: 'undoes change',
};

function endWords(expiresAtMs: number | null): string {
  return expiresAtMs === null ? ', without an end' : `, until ${new Date(expiresAtMs).toISOString()}`;
}

/** What was asked and was so already; more than a few are only counted, each as often as it was named. */
function unchangedLines(unchanged: readonly Policy[] | undefined, count: number, isAdding: boolean): Line[] {
  const why = isAdding ? 'allowed already' : 'not allowed before either';
  const lines = unchanged
    ? unchanged.map((policy) => `= ${policyWords(policy)} (${why})`)
    : [`= ${count} named without effect`];
  return lines.map((text) => ({ text, tone: 'faint' }));
}

function groupWords({ guid, name }: { guid: string; name: string }): string {
  return visible(name === '' || name === guid ? `security group ${guid}` : `security group ${name} (${guid})`);
}
