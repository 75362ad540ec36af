import { inColour } from '../output/paint';
import { change, page, visitorToHomeowner } from '../testing/samples';
import { effectLines } from './effect-lines';
import { changeEntry, changeTable } from './change-table';

const guardrail = {
  ...{ name: 'quiet', mode: 'warn', protocol: 'tcp', ports: { start: 80, end: 90 } },
  from: { is: 'none-of', apps: ['postman'], spaces: [] },
  to: { is: 'one-of', apps: ['homeowner'], spaces: ['attic'] },
};
const lease = {
  cell: 'cell-1',
  underlayAddress: '10.0.0.1',
  overlaySubnet: '10.255.1.0/24',
  overlayHardwareAddress: 'x',
};
const guids = {
  ...visitorToHomeowner,
  source: '8c1f7a52-2f0e-4d3b-9a6c-0123456789ab',
  destination: '9d2e7a52-2f0e-4d3b-9a6c-0123456789ab',
};

it('says what each change did, and why', () =>
  expect(
    changeTable(
      {
        changes: [
          change(14, { topic: 'route', type: 'route-mapped.v7', data: 1 }),
          change(13, { topic: 'lease', type: 'lease-expired.v1', data: { lease }, actor: { name: 'heddle' } }),
          change(12, { data: { added: [], removed: [visitorToHomeowner] }, reason: 'no visitors at night' }),
          change(2, { data: { added: [guids], removed: [] } }),
        ],
        next: 2,
      },
      page,
    ),
  ).toBe(
    [
      'SEQ  TIME                        BY      CHANGE',
      ' 14  2026-11-22 09:41:07 +00:00  admin   route-mapped.v7',
      ' 13  2026-11-22 09:41:07 +00:00  heddle  cell-1 (10.0.0.1) lost the lease of 10.255.1.0/24',
      ' 12  2026-11-22 09:41:07 +00:00  admin   - visitor → homeowner tcp 8080',
      '                                         “no visitors at night”',
      '  2  2026-11-22 09:41:07 +00:00  admin   + 8c1f7a52-2f0e-4d3b-9a6c-0123456789ab →',
      '                                         9d2e7a52-2f0e-4d3b-9a6c-0123456789ab tcp 8080',
      'there are older changes: add --before 2',
    ].join('\n'),
  ));

it('shows the beginning of a batch', () => {
  const added = Array.from({ length: 1000 }, (_, i) => ({ ...visitorToHomeowner, start: i + 1, end: i + 1 }));
  expect(
    changeTable({ changes: [change(3, { data: { added, removed: [] } })], next: null }, page)
      .split('\n')
      .slice(5),
  ).toEqual([
    '                                        + visitor → homeowner tcp 5',
    '                                        and 995 lines more: heddle changes show 3',
  ]);
});

it.each<[string, unknown, string[]]>([
  [
    'policies-changed.v1',
    { added: [visitorToHomeowner], removed: [], asked: { policies: 3, unchanged: [guids] } },
    [
      '+ visitor → homeowner tcp 8080',
      '= 8c1f7a52-2f0e-4d3b-9a6c-0123456789ab → 9d2e7a52-2f0e-4d3b-9a6c-0123456789ab tcp 8080 (allowed already)',
    ],
  ],
  [
    'policies-changed.v1',
    { added: [], removed: [visitorToHomeowner], asked: { policies: 41 } },
    ['- visitor → homeowner tcp 8080', '= 40 named without effect'],
  ],
  [
    'policies-changed.v1',
    {
      ...{ added: [visitorToHomeowner], removed: [], asked: { policies: 3 } },
      terms: [
        { policy: visitorToHomeowner, expiresAtMs: 1_764_500_000_000 },
        { policy: guids, expiresAtMs: null },
      ],
    },
    [
      '+ visitor → homeowner tcp 8080, until 2025-11-30T10:53:20.000Z',
      '~ 8c1f7a52-2f0e-4d3b-9a6c-0123456789ab → 9d2e7a52-2f0e-4d3b-9a6c-0123456789ab tcp 8080, without an end',
      '= 1 named without effect',
    ],
  ],
  [
    'policies-changed.v1',
    { added: [], removed: [visitorToHomeowner], cause: { what: 'expired', changes: [8] } },
    ['the time is over of what was opened by change 8', '- visitor → homeowner tcp 8080'],
  ],
  [
    'policies-confirmed.v1',
    { command: 'remove-policies', policies: 2, unchanged: [visitorToHomeowner] },
    ['= visitor → homeowner tcp 8080 (not allowed before either)'],
  ],
  ['policies-confirmed.v1', { command: 'add-policies', policies: 300 }, ['= 300 named without effect']],
  [
    'tag-reserved.v1',
    { reserved: { app: 'INGRESS_ROUTER', tag: 7, type: 'router' } },
    ['INGRESS_ROUTER (router) got tag 7 for itself'],
  ],
  ['tag-reserved.v1', { reserved: { app: 'web', tag: 8 } }, ['web (app) got tag 8 for itself']],
  [
    'groups-changed.v1',
    { added: [{ guid: 'g-1', name: 'dns' }], changed: [{ guid: 'g-2', name: 'g-2' }], removed: ['g-3'], asOfMs: null },
    ['+ security group dns (g-1)', '~ security group g-2', '- security group g-3'],
  ],
  [
    'policies-changed.v1',
    {
      ...{ added: [visitorToHomeowner], removed: [] },
      violations: [
        { guardrail: 'quiet', mode: 'warn', policies: 1, listed: [visitorToHomeowner] },
        { guardrail: 'no-dev', mode: 'warn', policies: 30, unsure: 2 },
      ],
    },
    [
      '+ visitor → homeowner tcp 8080',
      '! against the guardrail quiet: 1 policy',
      '! against the guardrail no-dev: 30 policies, 2 of them perhaps: nobody knows a space',
    ],
  ],
  [
    'guardrail-set.v1',
    { guardrail },
    ['+ guardrail quiet (warn): never all but postman → homeowner, space attic tcp 80-90'],
  ],
  [
    'guardrail-removed.v1',
    { guardrail },
    ['- guardrail quiet (warn): never all but postman → homeowner, space attic tcp 80-90'],
  ],
  ['lease-released.v1', { lease }, ['cell-1 (10.0.0.1) released the lease of 10.255.1.0/24']],
  ['lease-fenced.v1', { lease }, ['cell-1 (10.0.0.1) was deprived of the lease of 10.255.1.0/24']],
  ['route-moved.v1', { any: 'thing' }, ['route-moved.v1']],
])('says in words what %s did', (type, data, expected) =>
  expect(effectLines(change(3, { type, data })).map((line) => (typeof line === 'string' ? line : line.text))).toEqual(
    expected,
  ),
);

it('says when there are none', () => expect(changeTable({ changes: [], next: null }, page)).toBe('no changes'));

it('sets one change in lines that fit the page', () =>
  expect(changeEntry(change(12, { data: { added: [guids], removed: [] }, reason: 'a\u{1b}b' }), page)).toBe(
    [
      '   12  2026-11-22 09:41:07 +00:00  admin  + 8c1f7a52-2f0e-4d3b-9a6c-0123456789ab →',
      '                                          9d2e7a52-2f0e-4d3b-9a6c-0123456789ab tcp 8080',
      '                                          “a\\u{1b}b”',
    ].join('\n'),
  ));

it('paints what is permitted', () =>
  expect(changeEntry(change(12), { ...page, paint: inColour })).toBe(
    '   12  2026-11-22 09:41:07 +00:00  admin  \u{1b}[32m+ visitor → homeowner tcp 8080\u{1b}[0m',
  ));

it('does not guess at data that is not what its type promises, as after somebody altered the log', () =>
  expect(changeEntry(change(5, { data: { added: 'all' } }), page)).toContain('policies-changed.v1'));

it('shows an event without a time beside the others, as one that is not to be trusted', () => {
  const changes = [change(2, { data: { added: [], removed: [] } }), change(1, { time: 'yester\u001bday' })];
  const [, good, altered] = changeTable({ changes, next: null }, { ...page, width: 200 }).split('\n');
  expect(good).not.toContain('trusted');
  expect(altered).toContain('no time: “yester\\u{1b}day”');
  expect(altered).toContain('not to be trusted: the event was altered, and nothing follows from it (heddle audit)');
  expect(changeEntry(change(1, { time: 'x' }), page)).toContain('no time: “x”');
});

it('says how far it looked where nothing was found', () => {
  expect(changeTable({ changes: [], next: null }, page)).toBe('no changes');
  expect(changeTable({ changes: [], next: 50_001 }, page)).toBe('no changes from 50001 on: add --before 50001');
});
