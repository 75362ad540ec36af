import { preferredWait } from './prefer-wait';

it.each([
  [undefined, null],
  ['', null],
  ['return=minimal', null],
  ['wait', null],
  ['wait=soon', null],
  ['wait=-1', null],
  ['wait=1.5', null],
  ['await=5', null],
  ['wait=0', 0],
  ['wait=5', 5],
  ['WAIT = 5', 5],
  ['wait="5"', 5],
  ['respond-async, wait=10; foo=bar', 10],
  ['wait=3, wait=7', 3],
  ['wait=600', 60],
])('of %j is %j', (header, seconds) => expect(preferredWait(header)).toBe(seconds));
