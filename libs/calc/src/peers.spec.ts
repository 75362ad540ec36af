import type { LeaseDocument } from './inputs';
import { peersOf } from './peers';

const lease = (n: number, rev: number, subnet = n): LeaseDocument => {
  const addresses = { underlayAddress: `10.0.0.${n}`, overlaySubnet: `10.255.${subnet}.0/24` };
  const peer = { cell: `cell-${n}`, ...addresses, overlayHardwareAddress: `ee:ee:0a:ff:0${subnet}:00` };
  return { cell: `cell-${n}`, rev, peer };
};
const ended = (n: number, rev: number): LeaseDocument => ({ cell: `cell-${n}`, rev, peer: null });
const peers = (...documents: LeaseDocument[]) =>
  peersOf('cell-1', new Map(documents.map((document) => [document.cell, document]))).map(({ cell }) => cell);

it('are the other cells by name, without those whose lease has ended', () =>
  expect(peers(lease(3, 1), lease(1, 2), ended(4, 5), lease(2, 3))).toEqual(['cell-2', 'cell-3']));

it.each([
  ['first', [lease(2, 5, 7), lease(3, 9, 7)]],
  ['last', [lease(3, 9, 7), lease(2, 5, 7)]],
])('are one where two claim a subnet: the one with the newer change, also when it comes %s', (_, documents) =>
  expect(peers(...documents)).toEqual(['cell-3']),
);

it('are the earlier holder again when the later one has given the subnet back', () =>
  expect(peers(lease(2, 5, 7), ended(3, 11))).toEqual(['cell-2']));
