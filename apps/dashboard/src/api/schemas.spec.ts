import { changeSchema } from './schemas';

const common = {
  seq: 12,
  id: '5f2c',
  topic: 'policy',
  time: '2026-07-03T12:00:00.123Z',
  actor: { name: 'admin' },
  correlationId: 'c',
  previousHash: '00',
  hash: '11',
};
const policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 5432, end: 5432 };
const policies = { added: [policy], removed: [], tagsAllocated: [{ app: 'web', tag: 1 }], tagsReleased: [] };
const lease = {
  cell: 'cell-1',
  underlayAddress: '192.0.2.1',
  overlaySubnet: '10.255.1.0/24',
  overlayHardwareAddress: 'ee:ee',
};

describe('a change at the edge', () => {
  it('of policies tells what was added and removed', () => {
    const change = changeSchema.parse({ ...common, type: 'policies-changed.v1', data: policies });
    expect(change).toMatchObject({ seq: 12, actor: { name: 'admin' }, what: { kind: 'policies', ...policies } });
  });

  it.each([
    ['lease-acquired.v1', 'acquired'],
    ['lease-released.v1', 'released'],
    ['lease-expired.v1', 'expired'],
  ])('of a lease tells what happened to it (%s)', (type, verb) => {
    expect(changeSchema.parse({ ...common, type, data: { lease } }).what).toEqual({ kind: 'lease', verb, lease });
  });

  it('of a kind that came later is still a change', () => {
    const change = changeSchema.parse({ ...common, topic: 'lease', type: 'lease-split.v1', data: { any: 'thing' } });
    expect(change.what).toEqual({ kind: 'other', type: 'lease-split.v1' });
  });

  const asked = { policies: 2, unchanged: [policy] };
  it.each<[string, object, object]>([
    ['policies-changed.v1', { ...policies, asked }, { kind: 'policies', ...policies, asked }],
    [
      'policies-confirmed.v1',
      { command: 'add-policies', policies: 300 },
      { kind: 'confirmed', command: 'add-policies', policies: 300 },
    ],
    ['tag-reserved.v1', { reserved: { app: 'web', tag: 1 } }, { kind: 'tag', app: 'web', tag: 1, type: 'app' }],
    [
      'guardrail-set.v1',
      { guardrail: { name: 'only-router', mode: 'refuse', from: {}, to: {} } },
      { kind: 'guardrail', isSet: true, name: 'only-router', mode: 'refuse' },
    ],
    [
      'guardrail-removed.v1',
      { guardrail: { name: 'only-router', mode: 'warn' } },
      { kind: 'guardrail', isSet: false, name: 'only-router' },
    ],
    [
      'groups-changed.v1',
      { added: [{ guid: 'g-1', name: 'dns', rules: [] }], changed: [], removed: ['g-2'], asOfMs: null },
      { kind: 'groups', added: [{ guid: 'g-1', name: 'dns' }], changed: [], removed: ['g-2'] },
    ],
  ])('of kind %s tells what it did', (type, data, what) =>
    expect(changeSchema.parse({ ...common, address: '10.0.0.7', type, data })).toMatchObject({
      address: '10.0.0.7',
      what,
    }),
  );

  it.each([
    [
      'a policy of no known protocol',
      { type: 'policies-changed.v1', data: { ...policies, added: [{ ...policy, protocol: 'icmp' }] } },
    ],
    ['a tag without a number', { type: 'tag-reserved.v1', data: { reserved: { app: 'web' } } }],
    ['a lease without its address', { type: 'lease-acquired.v1', data: { lease: { cell: 'cell-1' } } }],
    ['a time without a zone', { type: 'policies-changed.v1', data: policies, time: '2026-07-03T12:00:00' }],
  ])('is refused with %s', (_, wrong) => {
    expect(changeSchema.safeParse({ ...common, ...wrong }).success).toBe(false);
  });
});
