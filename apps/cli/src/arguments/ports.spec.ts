import { formatPorts, parsePorts } from './ports';

it.each([
  ['8080', { start: 8080, end: 8080 }],
  ['1-65535', { start: 1, end: 65535 }],
  ['53-53', { start: 53, end: 53 }],
])('reads %s', (text, ports) => expect(parsePorts(text)).toEqual(ports));

it.each(['0', '65536', '0-10', '1-65536', '', '-1', '80,81', '80-', '-80', '80 - 90', 'http', '8e1', '1-2-3', '８０'])(
  "does not read '%s'",
  (text) =>
    expect(() => parsePorts(text)).toThrow(
      `--port is '${text}', but must be a port or a range of ports from 1 to 65535, such as 8080 or 8080-8090`,
    ),
);

it('says how a reversed range is written', () =>
  expect(() => parsePorts('9000-80')).toThrow(
    "--port is '9000-80', but must be a range that begins with its lower end, such as 80-9000",
  ));

it('writes what it reads', () =>
  expect([parsePorts('8080'), parsePorts('8080-8090')].map(formatPorts)).toEqual(['8080', '8080-8090']));
