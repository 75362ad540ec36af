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
    const change = changeSchema.parse({ ...common, topic: 'group', type: 'groups-changed.v1', data: { any: 'thing' } });
    expect(change.what).toEqual({ kind: 'other', type: 'groups-changed.v1' });
  });

  it.each([
    [
      'a policy of no known protocol',
      { type: 'policies-changed.v1', data: { ...policies, added: [{ ...policy, protocol: 'icmp' }] } },
    ],
    ['a lease without its address', { type: 'lease-acquired.v1', data: { lease: { cell: 'cell-1' } } }],
    ['a time without a zone', { type: 'policies-changed.v1', data: policies, time: '2026-07-03T12:00:00' }],
  ])('is refused with %s', (_, wrong) => {
    expect(changeSchema.safeParse({ ...common, ...wrong }).success).toBe(false);
  });
});
