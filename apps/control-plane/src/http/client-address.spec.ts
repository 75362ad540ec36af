import { clientAddress } from './client-address';

const from = (ip: string | undefined, remoteAddress?: string) => clientAddress({ ip, socket: { remoteAddress } });

it.each([
  ['10.0.0.7', '10.0.0.7'],
  ['::ffff:10.0.0.7', '10.0.0.7'],
  ['2001:db8::7', '2001:db8::7'],
])('tells %s as %s', (ip, expected) => expect(from(ip)).toBe(expected));

it.each(['unknown', '10.0.0.7:4711', '', '<script>'])(
  'takes the connection for the origin where a proxy says %j',
  (ip) => expect(from(ip, '::ffff:10.0.16.3')).toBe('10.0.16.3'),
);

it('does not know where a connection came from that is gone', () => expect(from(undefined)).toBeUndefined());
