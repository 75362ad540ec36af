import { run } from '../run';
import { capturedIo } from '../testing/captured-io';
import { answerJson, fakeControlPlane, type FakeControlPlane } from '../testing/fake-control-plane';

const policy = (start: number, until: number | null) => ({
  ...{ source: 'web', destination: 'db', protocol: 'tcp', start, end: start, since: 7, until },
});
const asOf = { seq: 8812, time: '2026-11-10T14:03:07.120Z' };

let plane: FakeControlPlane;
beforeEach(async () => {
  plane = await fakeControlPlane(({ path }, response) => {
    const isSecond = path.includes('after=7.0');
    const leases = [{ cell: 'cell-7', underlayAddress: '10.0.0.7', overlaySubnet: '10.255.7.0/24', since: 3 }];
    if (path.startsWith('/api/v1/leases'))
      return answerJson(response, { asOf, leases: [{ ...leases[0], overlayHardwareAddress: 'ee' }], next: null });
    answerJson(response, {
      asOf,
      policies: [isSecond ? policy(2, 8900) : policy(1, null)],
      next: isSecond ? null : '7.0',
    });
  });
});
afterEach(() => plane.close());

async function heddle(...argv: string[]) {
  const io = capturedIo({ HEDDLE_URL: plane.url });
  const exitCode = await run(argv, io);
  return { exitCode, out: io.out(), err: io.err(), asked: plane.asked.map(({ path }) => decodeURIComponent(path)) };
}

it('lists the policies that stood, every page of the same moment', async () => {
  const { exitCode, out, asked } = await heddle('policy', 'list', '--at', '5m ago', '--app', 'web', 'a,b');
  expect([exitCode, asked]).toEqual([
    0,
    [
      '/api/v1/policies?app=web&app=a&app=b&at=5m+ago&limit=5000',
      '/api/v1/policies?app=web&app=a&app=b&at=8812&after=7.0&limit=5000',
    ],
  ]);
  expect(out).toBe(
    [
      'as of change 8812, 2026-11-10 14:03:07 +00:00',
      'SOURCE  DESTINATION  PROTOCOL  PORTS  SINCE  UNTIL',
      'web     db           tcp       1          7      -',
      'web     db           tcp       2          7   8900',
      '',
    ].join('\n'),
  );
});

it('gives programs one answer, whatever the pages were', async () => {
  const { out } = await heddle('policy', 'list', '--at', '8812', '--output', 'json');
  expect(JSON.parse(out)).toEqual({ asOf, policies: [policy(1, null), policy(2, 8900)], next: null });
});

it('lists the leases that stood', async () => {
  const { out, asked } = await heddle('lease', 'list', '--at', '2026-11-10 14:03:07');
  expect(asked).toEqual(['/api/v1/leases?at=2026-11-10T14:03:07.000Z&limit=5000']);
  expect(out).toBe(
    [
      'as of change 8812, 2026-11-10 14:03:07 +00:00',
      'SUBNET         CELL    INCARNATION  UNDERLAY  SINCE',
      '10.255.7.0/24  cell-7            -  10.0.0.7      3',
      '',
    ].join('\n'),
  );
});

it('lists the policies that close by themselves, with their ends', async () => {
  await plane.close();
  const expires = '2026-11-10T16:03:07.000Z';
  plane = await fakeControlPlane((_, response) =>
    answerJson(response, { asOf, policies: [{ ...policy(1, null), expires }], next: null }),
  );
  const { out, asked } = await heddle('policy', 'list', '--expiring');
  expect(asked).toEqual(['/api/v1/policies?expiring=true&limit=5000']);
  expect(out).toBe(
    [
      'as of change 8812, 2026-11-10 14:03:07 +00:00',
      'SOURCE  DESTINATION  PROTOCOL  PORTS  SINCE  UNTIL  EXPIRES',
      'web     db           tcp       1          7      -  2026-11-10 16:03:07 +00:00',
      '',
    ].join('\n'),
  );
});
