import type { Policy } from '@heddle/domain';
import type { ReactNode } from 'react';
import type { What } from '../api/schemas';
import {
  causeInWords,
  endInWords,
  groupLines,
  guardrailInWords,
  leaseInWords,
  movedEnds,
  policyInWords,
  portsInWords,
  tagInWords,
  unchangedInWords,
} from '../text/words';
import { AppName } from '../ui/app-name';

/** A batch of more than this is cut, and opened on demand. */
const LINES_AT_ONCE = 6;

interface Props<Kind extends What['kind'] = What['kind']> {
  readonly what: Extract<What, { kind: Kind }>;
  onApp(app: string): void;
}

/** What a change did, in words, signs and colour. */
export function WhatChanged({ what, onApp }: Props) {
  switch (what.kind) {
    case 'policies':
      return <PoliciesChanged what={what} onApp={onApp} />;
    case 'confirmed':
      return (
        <Unchanged
          unchanged={what.unchanged}
          count={what.policies}
          isAdding={what.command === 'add-policies'}
          onApp={onApp}
        />
      );
    case 'tag':
      return <p className="what">{tagInWords(what)}</p>;
    case 'groups':
      return (
        <Lines
          lines={groupLines(what).map(({ guid, sign, text }) => (
            <li key={guid} data-sign={sign}>
              {text}
            </li>
          ))}
        />
      );
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
    case 'guardrail':
      return (
        <p className="what" data-sign={what.isSet ? '+' : '−'}>
          {guardrailInWords(what)}
        </p>
      );
    case 'other':
      return <p className="what">{what.type}</p>;
  }
}

function PoliciesChanged({ what, onApp }: Props<'policies'>) {
  const { added, removed, asked, terms = [], cause } = what;
  const ends = new Map(terms.map(({ policy, expiresAtMs }) => [policyInWords(policy), expiresAtMs]));
  const lines = [
    ...added.map((policy) => ({ policy, sign: '+', word: 'allowed' })),
    ...removed.map((policy) => ({ policy, sign: '−', word: 'forbidden' })),
    ...movedEnds(what).map(({ policy }) => ({ policy, sign: '~', word: 'its end moved' })),
  ].map(({ policy, sign, word }) => (
    <li key={`${sign} ${policyInWords(policy)}`} data-sign={sign} data-policy={policyInWords(policy)}>
      <span className="visually-hidden">{word}: </span>
      <PolicyName policy={policy} onApp={onApp} />
      {ends.has(policyInWords(policy)) && (
        <span className="end">{endInWords(ends.get(policyInWords(policy)) ?? null)}</span>
      )}
    </li>
  ));
  return (
    <>
      {cause && (
        <p className="what cause" data-cause={cause.what}>
          {causeInWords(cause)}
        </p>
      )}
      <Lines lines={lines} />
      {asked && (
        <Unchanged
          unchanged={asked.unchanged}
          count={asked.policies - lines.length}
          isAdding={removed.length === 0}
          onApp={onApp}
        />
      )}
    </>
  );
}

interface UnchangedProps {
  readonly unchanged: readonly Policy[] | undefined;
  /** Each as often as it was named. */
  readonly count: number;
  readonly isAdding: boolean;
  onApp(app: string): void;
}

/** What was asked and was so already. */
function Unchanged({ unchanged, count, isAdding, onApp }: UnchangedProps) {
  if (!unchanged) return <p className="what quiet">{count} named without effect</p>;
  return (
    <Lines
      lines={unchanged.map((policy) => (
        <li key={policyInWords(policy)} className="quiet" data-sign="=" data-policy={policyInWords(policy)}>
          <PolicyName policy={policy} onApp={onApp} /> {unchangedInWords(isAdding)}
        </li>
      ))}
    />
  );
}

function Lines({ lines }: { lines: readonly ReactNode[] }) {
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

function PolicyName({ policy, onApp }: { policy: Policy; onApp(app: string): void }) {
  return (
    <>
      <AppName app={policy.source} onApp={onApp} />
      <span className="arrow" aria-label="to">
        →
      </span>
      <AppName app={policy.destination} onApp={onApp} />
      <span className="ports">{portsInWords(policy)}</span>
    </>
  );
}
