import type { Cell } from '../api/schemas';
import { page } from '../testing/samples';
import { cellTable } from './cell-table';

const live: Cell = {
  cell: 'cell-1',
  state: 'live',
  lastSeenAt: '2026-11-22T09:59:58.600Z',
  enforcedUpTo: 12,
  waitingFor: [],
  lagMs: 0,
  alarms: [],
  lease: { underlayAddress: '10.0.0.1', overlaySubnet: '10.255.1.0/24', overlayHardwareAddress: 'ee:ee:0a:ff:01:00' },
  containers: [
    { handle: 'h1', app: 'visitor', index: 0, address: '10.255.1.2', space: null, org: null },
    {
      handle: 'h2',
      app: '8c1f7a52-2f0e-4d3b-9a6c-0123456789ab',
      index: 11,
      address: '10.255.1.3',
      space: 's',
      org: 'o',
    },
  ],
};
const silent: Cell = {
  cell: 'cell-2',
  state: 'silent',
  lastSeenAt: '2026-11-22T09:57:00Z',
  enforcedUpTo: 9,
  waitingFor: [10, 11, 12],
  lagMs: 4_200,
  alarms: [],
  lease: null,
  containers: [],
};

it('tells of each cell what it has and what it lacks, in 100 columns', () => {
  const unheard = { ...silent, cell: 'cell-3', lastSeenAt: null, waitingFor: [12] };
  expect(cellTable({ cells: [live, silent, unheard] }, page)).toBe(
    [
      'CELL    STATE        ENFORCES  WAITS FOR      LEASE          CONTAINERS',
      'cell-1  live         up to 12  -              10.255.1.0/24  visitor/0 10.255.1.2',
      '                                              at 10.0.0.1    8c1f7a52-2f0e-4d3b-9a6c-0123456789ab/11',
      '                                                             10.255.1.3',
      'cell-2  silent       up to 9   10 and 2 more  -              -',
      '        for 3 min              for 4.2 s',
      'cell-3  silent       up to 9   12             -              -',
      '        never heard            for 4.2 s',
    ].join('\n'),
  );
});

it('says what is wrong with a cell as a whole', () => {
  const alarms = [{ code: 'lease-lost', message: 'cell-1 lost 10.255.1.0/24' }];
  const lines = cellTable({ cells: [{ ...live, lease: null, containers: [], alarms }] }, page).split('\n');
  expect(lines.slice(1)).toEqual(['cell-1  live        up to 12  -          -      -', '        lease-lost']);
});

it('says when there are none', () => expect(cellTable({ cells: [] }, page)).toBe('no cells'));
