import { groupDecider, leaseDecider, parseBlock, policyDecider } from '@heddle/domain';
import { GENESIS_HASH, InMemoryEventLog, sealEvent, UnknownFact, type LoggedEvent } from '@heddle/event-log';
import { createLogger } from '@heddle/platform';
import { loggedEvent } from '@heddle/testing';
import { FactJudge } from './fact-judge';

const logger = createLogger({ name: 'test', level: 'silent' });
const plan = { networks: [parseBlock('10.255.0.0/22')], blockPrefixLength: 24 };
const books = {
  policies: { state: policyDecider().initialState },
  leases: { state: leaseDecider(plan).initialState },
  groups: { state: groupDecider.initialState },
};
const judge = (event: LoggedEvent, log = new InMemoryEventLog()) =>
  new FactJudge(log, () => books, logger).judge(event);

const policy = (source: string) => ({ source, destination: 'db', protocol: 'tcp', start: 80, end: 80 });
const lists = { added: [], removed: [], tagsAllocated: [], tagsReleased: [] };
const lease = {
  ...{ cell: 'cell-1', underlayAddress: '10.0.0.1', overlaySubnet: '10.255.1.0/24' },
  overlayHardwareAddress: 'ee:ee:0a:ff:01:00',
};
const group = {
  ...{ guid: 'g', name: 'g', rules: [], problems: [], stagingDefault: false, runningDefault: false },
  ...{ stagingSpaces: [], runningSpaces: [] },
};
const breaks = [{ kind: 'unchained', seq: 2, contradicts: GENESIS_HASH }];
type Facts = Parameters<typeof loggedEvent>[1];
const FACTS: readonly Facts[] = [
  { type: 'policies-changed.v1', data: lists },
  { type: 'policies-confirmed.v1', data: { command: 'add-policies', policies: 3 } },
  { type: 'tag-reserved.v1', data: { reserved: { app: 'router', tag: 1, type: 'router' } } },
  { topic: 'lease', type: 'lease-acquired.v1', data: { lease } },
  { topic: 'group', type: 'groups-changed.v1', data: { added: [group], changed: [], removed: [], asOfMs: null } },
  { topic: 'audit', type: 'breaks-acknowledged.v1', data: { breaks } },
];

it.each(FACTS.map((facts) => [facts.type, facts] as const))('has nothing against %s', (_, facts) =>
  expect(judge(loggedEvent(1, facts))).toBeUndefined(),
);

it.each<[string, Facts]>([
  ["'yesterday' is not a time", { type: 'policies-changed.v1', data: lists, time: 'yesterday' }],
  ['removes the policy a → db tcp 80', { type: 'policies-changed.v1', data: { ...lists, removed: [policy('a')] } }],
  ['cannot be read', { type: 'policies-changed.v1', data: { ...lists, added: [{ ...policy('a'), start: 0 }] } }],
  ['cannot be read', { type: 'policies-changed.v1', data: null }],
  ['which does not stand', { topic: 'lease', type: 'lease-released.v1', data: { lease } }],
  [
    "the security group 'g', which is not there",
    { topic: 'group', type: 'groups-changed.v1', data: { added: [], changed: [], removed: ['g'], asOfMs: null } },
  ],
  ["no fact of the topic 'policy'", { type: 'lease-acquired.v1', data: { lease } }],
  ["no fact of the topic 'lease'", { topic: 'lease', type: 'policies-changed.v1', data: lists }],
  ['which breaks', { topic: 'audit', type: 'breaks-acknowledged.v1', data: {} }],
])('says that one %s', (words, facts) => expect(judge(loggedEvent(1, facts))).toEqual(expect.stringContaining(words)));

it('looks at a large one in turns', async () => {
  const removed = Array.from({ length: 2_000 }, (_, i) => policy(`app-${i}`));
  const judging = judge(loggedEvent(1, { type: 'policies-changed.v1', data: { ...lists, removed } }));
  expect(judging).toBeInstanceOf(Promise);
  expect(await judging).toContain('app-0 → db');
});

describe('of a type that it does not know', () => {
  const about = { topic: 'policy' as const, time: '2026-11-25T09:00:00.000Z', actor: { name: 'ann' } };
  const fact = (type: string, behind: string) =>
    sealEvent({ ...about, id: type, type, correlationId: 'x', data: lists }, behind);

  /** A log of an event of an unknown type, and of one that follows on the event with a hash. */
  async function logOf(behind: ((first: LoggedEvent) => string) | null): Promise<[LoggedEvent, InMemoryEventLog]> {
    const log = new InMemoryEventLog();
    const first = await log.append(fact('policies-vanished.v1', GENESIS_HASH), { seq: 0 });
    if (behind) await log.append(fact('policies-changed.v1', behind(first)), { seq: 1 });
    return [first, log];
  }

  it('says so when the next one on its topic was written behind another', async () =>
    expect(await judge(...(await logOf(() => 'f'.repeat(64))))).toBe("its type 'policies-vanished.v1' is none"));

  it.each<[string, ((first: LoggedEvent) => string) | null]>([
    ['the next one was written behind it', ({ hash }) => hash],
    ['there is no next one', null],
  ])('takes it for one of a newer Heddle when %s', async (_, behind) =>
    expect(judge(...(await logOf(behind)))).rejects.toThrow(UnknownFact),
  );
});
