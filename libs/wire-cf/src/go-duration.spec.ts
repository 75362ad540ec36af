import { goDuration } from './go-duration';

it.each([
  [0n, '0s'],
  [999n, '999ns'],
  [1_500n, '1.5µs'],
  [100_000_000n, '100ms'],
  [999_999_999n, '999.999999ms'],
  [2_002_433_548n, '2.002433548s'],
  [60_000_000_000n, '1m0s'],
  [3_723_500_000_000n, '1h2m3.5s'],
  [360_000_000_000_000n, '100h0m0s'],
])('writes %s ns as %s', (ns, text) => expect(goDuration(ns)).toBe(text));
