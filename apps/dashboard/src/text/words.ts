import type { Policy } from '@heddle/domain';
import type { Change, Enforcement } from '../api/schemas';

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
    case 'policies': {
      const parts = [
        ...what.added.map((p) => `allowed ${spoken(p)}`),
        ...what.removed.map((p) => `forbade ${spoken(p)}`),
      ];
      return parts.length <= 3 ? parts.join(', ') : `${what.added.length} allowed, ${what.removed.length} forbidden`;
    }
    case 'lease':
      return `${what.lease.cell} ${leaseInWords(what.verb)} ${what.lease.overlaySubnet}`;
    case 'other':
      return what.type;
  }
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
