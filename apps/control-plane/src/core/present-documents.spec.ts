import { documentOfLease } from '@heddle/cell-protocol';
import {
  groupDecider,
  leaseDecider,
  parseBlock,
  policyDecider,
  type Lease,
  type LeaseEvent,
  type LeaseMoved,
  type SecurityGroup,
} from '@heddle/domain';
import { ownersOf, presentDocument } from './present-documents';

const leases = leaseDecider({ networks: [parseBlock('10.255.0.0/16')], blockPrefixLength: 24 });
const policies = policyDecider();
const lease = (n: number): Lease => ({
  ...{ cell: `cell-${n}`, incarnation: `0000000${n}`, incarnationNumber: 1, underlayAddress: `10.0.0.${n}` },
  ...{ overlaySubnet: `10.255.${n}.0/24`, overlayHardwareAddress: `ee:ee:0a:ff:0${n}:00` },
});
const acquired = (n: number): LeaseMoved => ({ type: 'lease-acquired', lease: lease(n) });

function books(...events: LeaseEvent[]) {
  return {
    policies: { state: policies.initialState },
    leases: { state: events.reduce((book, event) => leases.evolve(book, event), leases.initialState) },
    groups: { state: groupDecider.initialState },
  };
}

describe('the document of a lease at any time', () => {
  it.each<[string, LeaseMoved]>([
    ['stands', acquired(1)],
    ['expired', { type: 'lease-expired', lease: lease(1), atMs: 5 }],
    ['was fenced', { type: 'lease-fenced', lease: lease(1), atMs: 5, because: 'ordered' }],
  ])('is the one its last change was published with, when it %s', (_, last) => {
    const now = books(acquired(1), acquired(2), ...(last.type === 'lease-acquired' ? [] : [last]));
    expect(ownersOf(now).map(({ name }) => name)).toEqual(expect.arrayContaining(['cell-1', 'cell-2']));
    expect(presentDocument(now, { kind: 'lease', name: 'cell-1' }, 9)).toEqual(documentOfLease(last, 9));
  });

  it('says that there is none where nobody knows better, and is no document that has to be there', () => {
    const now = books(acquired(1), { type: 'lease-released', lease: lease(1) });
    expect(ownersOf(now)).toEqual([]);
    expect(presentDocument(now, { kind: 'lease', name: 'cell-1' }, 9)).toEqual({ cell: 'cell-1', rev: 9, peer: null });
  });
});

it('every app of a policy has a document, and so have spaces and what holds in all of them', async () => {
  const policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 1, end: 2 } as const;
  const event = policies.decide(policies.initialState, { type: 'add-policies', policies: [policy] });
  const group: SecurityGroup = {
    ...{ guid: 'g', name: 'group', rules: [], problems: [], stagingDefault: false, runningDefault: true },
    ...{ stagingSpaces: ['space-1'], runningSpaces: [] },
  };
  const now = {
    ...books(),
    policies: { state: policies.evolve(policies.initialState, event!) },
    groups: {
      state: {
        ...groupDecider.initialState,
        groups: groupDecider.initialState.groups.set('g', group),
        bySpace: groupDecider.initialState.bySpace.set('space-1', new Set(['g'])),
      },
    },
  };
  expect(new Set(ownersOf(now))).toEqual(
    new Set([
      { kind: 'app', name: 'web' },
      { kind: 'app', name: 'db' },
      { kind: 'space', name: 'space-1' },
      { kind: 'space', name: null },
    ]),
  );
  expect(await presentDocument(now, { kind: 'app', name: 'db' }, 9)).toMatchObject({ rev: 9, tag: 2 });
  expect(presentDocument(now, { kind: 'space', name: null }, 9)).toMatchObject({
    space: null,
    groups: [{ guid: 'g' }],
  });
});
