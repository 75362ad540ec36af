import type { Policy, PolicyCommand } from '@heddle/domain';

const APPS = 1_000;
/** So many stand once the first changes have added them, 500 each; each later change removes one or adds one. */
const STANDING = 60_000;
const ADDED_TOGETHER = 500;
/** After so many changes all of them stand. */
export const CHANGES_AT_FIRST = STANDING / ADDED_TOGETHER;

/** What a long life of a thousand apps asks for, a command for each change. */
export function* history(changes: number): Generator<PolicyCommand> {
  const standing: Policy[] = [];
  let made = 0;
  for (let change = 1; change <= changes; change++) {
    if (standing.length >= STANDING) {
      yield { type: 'remove-policies', policies: [swapOut(standing, (change * 2_654_435_761) % standing.length)] };
      continue;
    }
    const count = made < STANDING ? ADDED_TOGETHER : 1;
    const policies = Array.from({ length: count }, () => policyOf(made++));
    standing.push(...policies);
    yield { type: 'add-policies', policies };
  }
}

function policyOf(number: number): Policy {
  const port = 1 + (number % 60_000);
  return { source: appOf(number), destination: partnerOf(number), protocol: 'tcp', start: port, end: port };
}

/** Apps come up in an order that looks random, and each as often as any other. */
export function appOf(number: number): string {
  return `app-${((number * 7_919) % APPS).toString().padStart(4, '0')}-0000-4000-8000-000000000000`;
}

/** With whom the number's app talks: a thousand numbers on, with somebody else. */
export function partnerOf(number: number): string {
  return appOf(number + 1 + 13 * Math.floor(number / APPS));
}

function swapOut(policies: Policy[], at: number): Policy {
  const last = policies.pop() as Policy;
  if (at >= policies.length) return last;
  const chosen = policies[at] as Policy;
  policies[at] = last;
  return chosen;
}
