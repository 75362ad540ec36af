import type { ViolationOfChange } from '../api/effect';
import type { Guardrail, Selector, Statement } from '../api/guardrail-schemas';
import { formatPorts } from '../arguments/ports';
import { enumerate } from '../output/enumerate';
import type { Page } from '../output/page';
import { visible } from '../output/visible';
import { policyWords } from '../policy/policy-words';

/** Some apps: `web, space dev`, `all but router`, `any app`. */
export function selectorWords({ is, apps, spaces }: Selector): string {
  const named = [...apps, ...spaces.map((space) => `space ${space}`)].join(', ');
  if (is === 'one-of') return named;
  return named === '' ? 'any app' : `all but ${named}`;
}

/** Where they may not be reached: `tcp 5432`, `any port`. */
export function portWords({ protocol, ports }: Statement): string {
  return [...(protocol === undefined ? [] : [protocol]), ports ? formatPorts(ports) : 'any port'].join(' ');
}

/** A guardrail in one line. */
export function guardrailWords({ name, mode, ...statement }: Guardrail): string {
  const what = `${selectorWords(statement.from)} → ${selectorWords(statement.to)} ${portWords(statement)}`;
  return visible(`guardrail ${name} (${mode}): never ${what}`);
}

/** That a change was made against a guardrail, in one line of what it did. */
export function violationLine(violation: ViolationOfChange): { text: string; tone: 'bad' } {
  return { text: `! against the guardrail ${violation.guardrail}: ${extentWords(violation)}`, tone: 'bad' };
}

/** What guardrails say to a change that is only planned, a line each and one for each policy; nothing where they say nothing. */
export function violationText(violations: readonly ViolationOfChange[], { paint }: Page): string[] {
  return violations.flatMap((violation) => {
    const { guardrail, mode, listed = [] } = violation;
    const says = mode === 'refuse' ? 'refuses this' : 'warns of this';
    const tone = mode === 'refuse' ? 'bad' : 'uncertain';
    return [
      paint(tone, `the guardrail ${guardrail} ${says}: ${extentWords(violation)}`),
      ...listed.map((policy) => `  ${policyWords(policy)}`),
    ];
  });
}

/** The sentence beside the answer to a change that was made all the same. */
export function warningOf(guardrails: readonly string[]): string {
  return `warning: this is against the ${guardrails.length === 1 ? 'guardrail' : 'guardrails'} ${enumerate(guardrails)}`;
}

function extentWords({ policies, unsure = 0 }: ViolationOfChange): string {
  const many = policies === 1 ? '1 policy' : `${policies} policies`;
  return unsure === 0
    ? many
    : `${many}, ${unsure === policies ? 'perhaps' : `${unsure} of them perhaps`}: nobody knows a space`;
}
