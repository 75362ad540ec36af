import type { Policy } from '@heddle/domain';
import type { What } from '../api/schemas';
import { leaseInWords, policyInWords, portsInWords } from '../text/words';
import { AppName } from '../ui/app-name';

/** A batch of more policies than this is cut, and opened on demand. */
const LINES_AT_ONCE = 6;

/** What a change did, in words, signs and colour. */
export function WhatChanged({ what, onApp }: { what: What; onApp(app: string): void }) {
  switch (what.kind) {
    case 'policies': {
      const lines = [
        ...what.added.map((policy) => ({ policy, isAdded: true })),
        ...what.removed.map((policy) => ({ policy, isAdded: false })),
      ].map(({ policy, isAdded }) => (
        <PolicyLine key={`${isAdded} ${policyInWords(policy)}`} policy={policy} isAdded={isAdded} onApp={onApp} />
      ));
      return (
        <>
          <ul className="what">{lines.slice(0, LINES_AT_ONCE)}</ul>
          {lines.length > LINES_AT_ONCE && (
            <details className="more-lines">
              <summary>{lines.length - LINES_AT_ONCE} more of this batch</summary>
              <ul className="what">{lines.slice(LINES_AT_ONCE)}</ul>
            </details>
          )}
        </>
      );
    }
    case 'lease':
      return (
        <p className="what" data-sign={what.verb === 'acquired' ? '+' : '−'}>
          <strong>{what.lease.cell}</strong> {leaseInWords(what.verb)}{' '}
          <span className="address">{what.lease.overlaySubnet}</span>{' '}
          <span className="quiet">
            at <span className="address">{what.lease.underlayAddress}</span>
          </span>
        </p>
      );
    case 'other':
      return <p className="what">{what.type}</p>;
  }
}

function PolicyLine({ policy, isAdded, onApp }: { policy: Policy; isAdded: boolean; onApp(app: string): void }) {
  return (
    <li data-sign={isAdded ? '+' : '−'} data-policy={policyInWords(policy)}>
      <span className="visually-hidden">{isAdded ? 'allowed' : 'forbidden'}: </span>
      <AppName app={policy.source} onApp={onApp} />
      <span className="arrow" aria-label="to">
        →
      </span>
      <AppName app={policy.destination} onApp={onApp} />
      <span className="ports">{portsInWords(policy)}</span>
    </li>
  );
}
