import {
  policiesIn,
  policyDecider,
  tagOf,
  type Lease,
  type Policy,
  type PolicyBook,
  type PolicyCommand,
  type PolicyEvent,
} from '@heddle/domain';
import fc from 'fast-check';
import { appDocument, appsTouchedBy, documentOfApp, documentOfLease, leaseDocument } from './state-documents';

const decider = policyDecider();
const APPS = ['a', 'b', 'c', 'd', '__proto__'];
const app = fc.constantFrom(...APPS);
const policy = fc.record<Policy>({
  source: app,
  destination: app,
  protocol: fc.constantFrom('tcp', 'udp'),
  start: fc.constantFrom(80, 81),
  end: fc.constantFrom(81, 90),
});
const command = fc
  .tuple(
    fc.constantFrom('add-policies' as const, 'remove-policies' as const),
    fc.array(policy, { minLength: 1, maxLength: 5 }),
  )
  .map(([type, policies]): PolicyCommand => ({ type, policies }));
const commands = fc.array(command, { maxLength: 25 });

/** Every event that the commands become, with the book before it and the book after it. */
function* stepsOf(sequence: readonly PolicyCommand[]): Generator<[PolicyEvent, PolicyBook, PolicyBook]> {
  let book = decider.initialState;
  for (const next of sequence) {
    const event = decider.decide(book, next);
    if (!event) continue;
    const before = book;
    book = decider.evolve(book, event);
    yield [event, before, book];
  }
}

/** What a document says, whatever its revision and the order of its rules. */
function saidOf(book: PolicyBook, name: string): string {
  const { tag, inbound } = documentOfApp(book, name, 1);
  const rules = inbound.flatMap(({ tags, ...rule }) => tags.map((each) => JSON.stringify({ ...rule, tag: each })));
  return JSON.stringify({ tag, rules: rules.sort() });
}

describe('after each event of any commands', () => {
  it('exactly the documents of the apps it touched differ from those before', () =>
    fc.assert(
      fc.property(commands, (sequence) => {
        for (const [event, before, after] of stepsOf(sequence)) {
          const differing = APPS.filter((name) => saidOf(before, name) !== saidOf(after, name));
          expect(appsTouchedBy(event).sort()).toEqual(differing.sort());
        }
      }),
    ));

  it('an app is open to exactly the tags that the policies let in', () =>
    fc.assert(
      fc.property(commands, (sequence) => {
        for (const [, , book] of stepsOf(sequence)) {
          const policies = [...policiesIn(book)];
          for (const name of APPS) {
            const rules = policies
              .filter(({ destination }) => destination === name)
              .map(({ source, protocol, start, end }) =>
                JSON.stringify({ protocol, start, end, tag: tagOf(book, source) }),
              );
            expect(saidOf(book, name)).toBe(JSON.stringify({ tag: tagOf(book, name) ?? null, rules: rules.sort() }));
          }
        }
      }),
    ));

  it('cells accept every document as it is', () =>
    fc.assert(
      fc.property(commands, (sequence) => {
        for (const [, , book] of stepsOf(sequence)) {
          for (const name of APPS) {
            const document = documentOfApp(book, name, 9);
            expect(appDocument.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
          }
        }
      }),
    ));
});

it('tags of one rule stand together, ascending', () => {
  const from = (source: string): Policy => ({ source, destination: 'db', protocol: 'tcp', start: 1, end: 2 });
  const steps = [...stepsOf([{ type: 'add-policies', policies: ['web', 'api', 'cron'].map(from) }])];
  const [, , book] = steps[0] as [PolicyEvent, PolicyBook, PolicyBook];
  expect(documentOfApp(book, 'db', 7)).toEqual({
    app: 'db',
    rev: 7,
    tag: 2,
    inbound: [{ protocol: 'tcp', start: 1, end: 2, tags: [1, 3, 4] }],
  });
});

describe('the document of a lease', () => {
  const lease: Lease = {
    cell: 'cell-1',
    underlayAddress: '10.0.0.1',
    overlaySubnet: '10.255.1.0/24',
    overlayHardwareAddress: 'ee:ee:0a:ff:01:00',
  };

  const incarnation = '0d9a0c2e-6a3f-4a52-9c58-1f9f1a5f0001';
  const held = { ...lease, incarnation, incarnationNumber: 4 };

  it('holds the cell as a peer while it has the lease, and says which incarnation', () => {
    expect(documentOfLease({ type: 'lease-acquired', lease: held }, 3)).toEqual({
      ...{ cell: 'cell-1', incarnation, rev: 3, peer: lease },
    });
    expect(documentOfLease({ type: 'lease-acquired', lease }, 3)).toEqual({ cell: 'cell-1', rev: 3, peer: lease });
  });

  it.each([
    ['released', { type: 'lease-released', lease: held }],
    ['expired', { type: 'lease-expired', lease: held, atMs: 7 }],
    ['fenced', { type: 'lease-fenced', lease: held, atMs: 7, because: 'ordered' }],
  ] as const)('is a tombstone once it was %s', (ended, event) => {
    const document = documentOfLease(event, 4);
    expect(document).toEqual({ cell: 'cell-1', incarnation, rev: 4, ended, peer: null });
    expect(leaseDocument.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
  });
});

it.each([
  { app: '', rev: 1, tag: 1, inbound: [] },
  { app: 'a', rev: 0, tag: 1, inbound: [] },
  { app: 'a', rev: 1, tag: 0, inbound: [] },
  { app: 'a', rev: 1, tag: 65_536, inbound: [] },
  { app: 'a', rev: 1, tag: 1 },
  { app: 'a', rev: 1, tag: 1, inbound: [{ protocol: 'icmp', start: 1, end: 2, tags: [1] }] },
  { app: 'a', rev: 1, tag: 1, inbound: [{ protocol: 'tcp', start: 0, end: 2, tags: [1] }] },
  { app: 'a', rev: 1, tag: 1, inbound: [{ protocol: 'tcp', start: 1, end: 65_536, tags: [1] }] },
  { app: 'a', rev: 1, tag: 1, inbound: [{ protocol: 'tcp', start: 9, end: 8, tags: [1] }] },
  { app: 'a', rev: 1, tag: 1, inbound: [{ protocol: 'tcp', start: 1, end: 2, tags: [0] }] },
  { app: 'a', rev: 1, tag: 1, inbound: [{ protocol: 'tcp', start: 1, end: 2, tags: [1, 65_536] }] },
  { app: 'a', rev: 1, tag: 1, inbound: [{ protocol: 'tcp', start: 1, end: 2, tags: [1.5] }] },
  { app: 'a', rev: 1, tag: 1, inbound: [{ protocol: 'tcp', start: 1, end: 2, tags: ['1'] }] },
  { app: 'a', rev: 1, tag: 1, inbound: [{ protocol: 'tcp', start: 1, end: 2, tags: { length: 0 } }] },
  { app: 'a', rev: 1, tag: 1, inbound: [{ protocol: 'tcp', start: 1, end: 2 }] },
])('is no document of an app: %j', (value) => expect(appDocument.safeParse(value).success).toBe(false));
