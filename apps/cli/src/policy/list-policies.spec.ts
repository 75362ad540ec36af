import { page } from '../testing/samples';
import { policyTable } from './list-policies';

const policy = (source: string, id: string, start: number, end: number) => ({
  source: { id: source },
  destination: { id, protocol: 'tcp', ports: { start, end } },
});

it('gives two whole GUIDs and a range of ports their place in 100 columns', () => {
  const [a, b] = ['8c1f7a52-2f0e-4d3b-9a6c-0123456789ab', '9d2e7a52-2f0e-4d3b-9a6c-0123456789ab'];
  const policies = [policy('visitor', 'homeowner', 8080, 8080), policy(a, b, 50000, 50010)];
  expect(policyTable({ total_policies: 2, policies }, page)).toBe(
    [
      'SOURCE                                DESTINATION                           PROTOCOL  PORTS',
      'visitor                               homeowner                             tcp       8080',
      `${a}  ${b}  tcp       50000-50010`,
    ].join('\n'),
  );
});

it('says when there are none', () =>
  expect(policyTable({ total_policies: 0, policies: [] }, page)).toBe('no policies'));
