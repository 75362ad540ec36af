import { specificationOf } from '@heddle/testing';
import type { GroupAsSent } from './commands';
import type { GroupsChanged } from './events';
import { groupDecider } from './group-decider';
import type { SecurityGroup, SecurityRule } from './security-group';

const { given } = specificationOf(groupDecider);

const https: SecurityRule = {
  protocol: 'tcp',
  destination: '10.0.0.0/8',
  ports: '443',
  type: 0,
  code: 0,
  description: '',
  log: false,
};
const dns: SecurityRule = { ...https, protocol: 'udp', ports: '53' };

const sent = (guid: string, parts: Partial<GroupAsSent> = {}): GroupAsSent => ({
  guid,
  name: guid,
  rules: [https],
  stagingDefault: false,
  runningDefault: false,
  stagingSpaces: [],
  runningSpaces: [],
  ...parts,
});
const held = (guid: string, parts: Partial<SecurityGroup> = {}): SecurityGroup => ({
  ...sent(guid),
  rules: [https],
  problems: [],
  ...parts,
});
const sync = (groups: GroupAsSent[], asOfMs: number | null = null) =>
  ({ type: 'sync-groups', groups, asOfMs }) as const;
const changed = (parts: Partial<GroupsChanged>): GroupsChanged => ({
  type: 'groups-changed',
  added: [],
  changed: [],
  removed: [],
  asOfMs: null,
  ...parts,
});
const publicAndDns = changed({ added: [held('public'), held('dns', { rules: [dns] })] });

describe('a sync', () => {
  it('adds what is new', () =>
    given([])
      .when(sync([sent('public'), sent('dns', { rules: [dns] })]))
      .then(publicAndDns));

  it('changes nothing when all is as it was, in whatever order and however often it is sent', () =>
    given([publicAndDns])
      .when(sync([sent('dns', { rules: [dns] }), sent('public'), sent('public')]))
      .thenNothing());

  it('tells the differences only', () =>
    given([publicAndDns])
      .when(sync([sent('public', { runningDefault: true }), sent('new')]))
      .then(changed({ added: [held('new')], changed: [held('public', { runningDefault: true })], removed: ['dns'] })));

  it('takes bindings as sets', () =>
    given([changed({ added: [held('g', { stagingSpaces: ['a', 'b'], runningSpaces: ['c'] })] })])
      .when(sync([sent('g', { stagingSpaces: ['b', 'a', 'b'], runningSpaces: ['c'] })]))
      .thenNothing());

  it.each<[string, Partial<GroupAsSent>, Partial<SecurityGroup>]>([
    ['name', { name: 'x' }, { name: 'x' }],
    ['rules', { rules: [https, dns] }, { rules: [https, dns] }],
    ['the order of rules', { rules: [dns] }, { rules: [dns] }],
    ['a description', { rules: [{ ...https, description: 'd' }] }, { rules: [{ ...https, description: 'd' }] }],
    ['logging', { rules: [{ ...https, log: true }] }, { rules: [{ ...https, log: true }] }],
    ['staging default', { stagingDefault: true }, { stagingDefault: true }],
    ['running default', { runningDefault: true }, { runningDefault: true }],
    ['staging spaces', { stagingSpaces: ['s'] }, { stagingSpaces: ['s'] }],
    ['running spaces', { runningSpaces: ['s'] }, { runningSpaces: ['s'] }],
  ])('sees a change of %s', (_, parts, wanted) =>
    given([changed({ added: [held('g')] })])
      .when(sync([sent('g', parts)]))
      .then(changed({ changed: [held('g', wanted)] })),
  );

  it('does not mind that the log has members in another order', () => {
    const reversed = Object.fromEntries(Object.entries(https).reverse()) as unknown as SecurityRule;
    given([changed({ added: [held('g', { rules: [reversed] })] })])
      .when(sync([sent('g')]))
      .thenNothing();
  });

  it('with nothing in it is not believed', () =>
    given([publicAndDns]).when(sync([])).thenRefused('implausible-groups'));

  it('with nothing in it changes nothing where there is nothing', () => given([]).when(sync([])).thenNothing());

  it('that was overtaken by a newer one changes nothing', () =>
    given([changed({ added: [held('g')], asOfMs: 2000 })])
      .when(sync([sent('other')], 1999))
      .thenNothing());

  it.each([2000, 2001, null])('as new as the book or newer counts (%s)', (asOfMs) =>
    given([changed({ added: [held('g')], asOfMs: 2000 })])
      .when(sync([sent('g'), sent('other')], asOfMs))
      .then(changed({ added: [held('other')], asOfMs })),
  );

  it('remembers how new it was over changes that do not say', () =>
    given([changed({ added: [held('g')], asOfMs: 2000 }), changed({ added: [held('h')] })])
      .when(sync([sent('other')], 1999))
      .thenNothing());
});

describe('single groups', () => {
  it('are put', () =>
    given([publicAndDns])
      .when({ type: 'put-group', group: sent('public', { name: 'x' }) })
      .then(changed({ changed: [held('public', { name: 'x' })] })));

  it('are put without effect when they are there', () =>
    given([publicAndDns])
      .when({ type: 'put-group', group: sent('public') })
      .thenNothing());

  it('are deleted', () =>
    given([publicAndDns])
      .when({ type: 'delete-group', guid: 'dns' })
      .then(changed({ removed: ['dns'] })));

  it('are deleted without effect when they are gone', () =>
    given([]).when({ type: 'delete-group', guid: '__proto__' }).thenNothing());
});

it('a rule that cannot be understood is left out alone, and said', () =>
  given([])
    .when(sync([sent('g', { rules: [https, { ...dns, ports: 'ssh' }, dns] }), sent('h')]))
    .then(
      changed({
        added: [
          held('g', {
            rules: [https, dns],
            problems: [{ rule: 1, reason: 'its ports are "ssh", not ports or ranges from 1 to 65535' }],
          }),
          held('h'),
        ],
      }),
    ));
