import { page } from '../testing/samples';
import { containerTable } from './container-table';

it('shows where each container is and what runs in it', () =>
  expect(
    containerTable(
      [
        {
          app: 'visitor',
          index: 0,
          cell: 'cell-1',
          address: '10.255.1.2',
          namespace: 'heddle-visitor-0',
          processes: [12, 13],
          log: '/d/lab/visitor-0.log',
        },
        {
          app: 'idle',
          index: 3,
          cell: 'cell-2',
          address: '10.255.2.3',
          namespace: 'heddle-idle-3',
          processes: [],
          log: '/d/idle',
        },
      ],
      page,
    ),
  ).toBe(
    [
      'CONTAINER  CELL    ADDRESS     NAMESPACE         PROCESSES  OUTPUT',
      'visitor/0  cell-1  10.255.1.2  heddle-visitor-0  12 13      /d/lab/visitor-0.log',
      'idle/3     cell-2  10.255.2.3  heddle-idle-3     -          /d/idle',
    ].join('\n'),
  ));

it('says when there are none', () => expect(containerTable([], page)).toBe('no containers'));
