import type { Policy } from '@heddle/domain';
import type { Change, Enforcement } from '../api/schemas';
import { dayAndTime } from './times';

/** `tcp 8080`, `udp 5000–5010`. */
export function portsInWords({ protocol, start, end }: Pick<Policy, 'protocol' | 'start' | 'end'>): string {
  return `${protocol} ${start === end ? start : `${start}–${end}`}`;
}

/** `visitor → homeowner tcp 8080`. */
export function policyInWords(policy: Policy): string {
  return `${policy.source} → ${policy.destination} ${portsInWords(policy)}`;
}

/** A long app GUID cut in its middle, where two of them are alike least often: `3f2a91bc…77e0`. */
export function shortApp(app: string, longest = 22): string {
  return app.length <= longest ? app : `${app.slice(0, longest - 6)}…${app.slice(-5)}`;
}

/** What a change did, as one sentence to be read out. */
export function changeInWords({ seq, actor, what }: Change): string {
  return `Change ${seq} by ${actor.name}: ${whatInWords(what)}`;
}

function whatInWords(what: Change['what']): string {
  switch (what.kind) {
    case 'confirmed':
      return `${namedInWords(what)} ${unchangedInWords(what.command === 'add-policies')}`;
    case 'tag':
      return tagInWords(what);
    case 'groups':
      return groupLines(what)
        .map(({ text }) => text)
        .join(', ');
    case 'policies': {
      const moved = movedEnds(what);
      const parts = [
        ...what.added.map((p) => `allowed ${spoken(p)}`),
        ...what.removed.map((p) => `forbade ${spoken(p)}`),
        ...moved.map(({ policy, expiresAtMs }) => `${spoken(policy)} stands ${endInWords(expiresAtMs)}`),
      ];
      const many = [`${what.added.length} allowed`, `${what.removed.length} forbidden`];
      if (moved.length > 0) many.push(`the ends of ${moved.length} moved`);
      const did = (parts.length <= 3 ? parts : many).join(', ');
      return what.cause ? `${causeInWords(what.cause)}: ${did}` : did;
    }
    case 'lease':
      return `${what.lease.cell} ${leaseInWords(what.verb)} ${what.lease.overlaySubnet}`;
    case 'guardrail':
      return guardrailInWords(what);
    case 'other':
      return what.type;
  }
}

type PoliciesChanged = Extract<Change['what'], { kind: 'policies' }>;

/** The policies that stood and whose end is another one now. */
export function movedEnds({ added, terms = [] }: PoliciesChanged): NonNullable<PoliciesChanged['terms']> {
  const names = new Set(added.map(policyInWords));
  return terms.filter(({ policy }) => !names.has(policyInWords(policy)));
}

/** Until when a policy stands: `until 3 Jul 2026, 14:03:07 GMT+2`, `without an end`. */
export function endInWords(expiresAtMs: number | null): string {
  return expiresAtMs === null ? 'without an end' : `until ${dayAndTime(new Date(expiresAtMs))}`;
}

/** Why a change was made that nobody asked for as it is: `undoes change 7`. */
export function causeInWords({ what, changes }: NonNullable<PoliciesChanged['cause']>): string {
  const which = `${changes.length === 1 ? 'change' : 'changes'} ${changes.join(', ')}`;
  if (what === 'expired') return `the time is over of what was opened by ${which}`;
  return what === 'reverted' ? `undoes ${which}` : `${what}: ${which}`;
}

/** `3 policies`, of a request that changed nothing. */
function namedInWords({ policies, unchanged }: Extract<Change['what'], { kind: 'confirmed' }>): string {
  return unchanged?.length === 1 && unchanged[0] ? spoken(unchanged[0]) : `${policies} policies`;
}

/** What was so already, as the end of a sentence. */
export function unchangedInWords(isAdding: boolean): string {
  return isAdding ? 'allowed already' : 'not allowed before either';
}

/** A tag that is held without a policy: `INGRESS_ROUTER (router) got tag 7 for itself`. */
export function tagInWords({ app, tag, type }: Extract<Change['what'], { kind: 'tag' }>): string {
  return `${app} (${type}) got tag ${tag} for itself`;
}

/** What happened to a guardrail: `guardrail only-router set: it refuses`. */
export function guardrailInWords({ isSet, name, mode }: Extract<Change['what'], { kind: 'guardrail' }>): string {
  if (!isSet) return `guardrail ${name} removed`;
  return `guardrail ${name} set: it ${mode === 'refuse' ? 'refuses' : 'warns'}`;
}

/** What happened to each security group, in words that need no sign. */
export function groupLines({
  added,
  changed,
  removed,
}: Extract<Change['what'], { kind: 'groups' }>): { guid: string; sign: '+' | '~' | '−'; text: string }[] {
  return [
    ...added.map(({ guid, name }) => ({ guid, sign: '+' as const, text: `security group ${name || guid} added` })),
    ...changed.map(({ guid, name }) => ({ guid, sign: '~' as const, text: `security group ${name || guid} changed` })),
    ...removed.map((guid) => ({ guid, sign: '−' as const, text: `security group ${guid} removed` })),
  ];
}

function spoken(policy: Policy): string {
  return `${policy.source} to ${policy.destination} ${portsInWords(policy)}`;
}

/** What happened to a lease, as a verb of the cell. */
export function leaseInWords(verb: 'acquired' | 'released' | 'expired' | 'fenced'): string {
  return { acquired: 'took', released: 'gave back', expired: 'lost, by silence,', fenced: 'was deprived of' }[verb];
}

/** `in force on 2 of 2 cells`. */
export function enforcementInWords({ cellsConcerned, cellsEnforcing }: Enforcement): string {
  if (cellsConcerned === 0) return 'concerns no cell';
  return `in force on ${cellsEnforcing} of ${cellsConcerned} ${cellsConcerned === 1 ? 'cell' : 'cells'}`;
}
