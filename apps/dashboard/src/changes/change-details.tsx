import type { Change } from '../api/schemas';

/** What auditors look up: identities, and the place of the change in the chain of hashes. */
export function ChangeDetails({ change }: { change: Change }) {
  const facts = factsOf(change).filter(([, value]) => value);
  return (
    <details className="change-details">
      <summary>
        Details<span className="visually-hidden"> of change {change.seq}</span>
      </summary>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function factsOf({
  time,
  id,
  actor,
  address,
  correlationId,
  hash,
  previousHash,
  what,
}: Change): [string, string | undefined][] {
  return [
    ['time', time],
    ['event', id],
    ['user', actor.userId],
    ['client', actor.clientId],
    ['address', address],
    ['correlation', correlationId],
    ['hash', hash],
    ['hash before', previousHash],
    ...(what.kind === 'policies' ? tagFacts(what) : leaseFacts(what)),
    ...askedFacts(what),
  ];
}

function tagFacts({ tagsAllocated, tagsReleased }: Extract<Change['what'], { kind: 'policies' }>): [string, string][] {
  const list = (tags: typeof tagsAllocated): string => tags.map(({ app, tag }) => `${app} ${tag}`).join(', ');
  return [
    ['tags given', list(tagsAllocated)],
    ['tags returned', list(tagsReleased)],
  ];
}

function askedFacts(what: Change['what']): [string, string | undefined][] {
  if (what.kind === 'confirmed') return [['policies asked for', String(what.policies)]];
  return what.kind === 'policies' && what.asked ? [['policies asked for', String(what.asked.policies)]] : [];
}

function leaseFacts(what: Exclude<Change['what'], { kind: 'policies' }>): [string, string][] {
  return what.kind === 'lease' ? [['VTEP address', what.lease.overlayHardwareAddress]] : [];
}
