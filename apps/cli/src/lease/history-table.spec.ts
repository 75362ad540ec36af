import { change, page } from '../testing/samples';
import { historyTable } from './history-table';

const lease = {
  ...{ cell: 'cell-1', incarnation: 'x', incarnationNumber: 1, underlayAddress: '10.0.0.1' },
  ...{ overlaySubnet: '10.255.1.0/24', overlayHardwareAddress: 'ee:ee:0a:ff:01:00' },
};
const about = (seq: number, what: string, data: object = {}, more: object = {}) =>
  change(seq, {
    topic: 'lease',
    type: `lease-${what}.v1`,
    data: { lease, ...data },
    actor: { name: 'cell-1' },
    ...more,
  });

it('tells what became of a lease, by whom, when and why', () =>
  expect(
    historyTable(
      {
        changes: [
          about(9, 'quarantine-ended'),
          about(8, 'fenced', { because: 'ordered' }, { actor: { name: 'ann' }, reason: 'it was broken into' }),
          about(7, 'acquired', {
            lease: { ...lease, cell: '10.0.0.1', incarnation: undefined, incarnationNumber: undefined },
          }),
        ],
        next: 7,
      },
      page,
    ),
  ).toBe(
    [
      'SEQ  TIME                        BY      WHAT                  SUBNET         CELL      INCARNATION',
      '  9  2026-11-22 09:41:07 +00:00  cell-1  quarantine ended      10.255.1.0/24  cell-1              1',
      '  8  2026-11-22 09:41:07 +00:00  ann     fenced (ordered)      10.255.1.0/24  cell-1              1',
      '                                         “it was broken into”',
      '  7  2026-11-22 09:41:07 +00:00  cell-1  acquired              10.255.1.0/24  10.0.0.1            -',
      'there are older changes: add --before 7',
    ].join('\n'),
  ));

it('says when there are none', () => expect(historyTable({ changes: [], next: null }, page)).toBe('no leases'));
