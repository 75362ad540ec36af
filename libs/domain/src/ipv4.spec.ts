import { blockContains, formatBlock, formatIpv4, isBlock, parseBlock, parseIpv4 } from './ipv4';

it.each(['0.0.0.0', '10.255.1.2', '255.255.255.255'])('reads and writes %s', (text) =>
  expect(formatIpv4(parseIpv4(text))).toBe(text),
);

it.each(['', '10.255.1', '10.255.1.256', '10.255.1.2.3', ' 10.255.1.2', '10.255.1.x', '::1'])('refuses %p', (text) =>
  expect(() => parseIpv4(text)).toThrow(RangeError),
);

it.each(['10.255.0.0/16', '0.0.0.0/0', '10.0.0.1/32'])('reads and writes %s', (text) =>
  expect([isBlock(text), formatBlock(parseBlock(text))]).toEqual([true, text]),
);

it.each(['10.255.0.0', '10.255.0.0/33', '10.255.0.1/16', '10.255.0.0/16/1', '10.255.0.0/-1', '10.255.0.0/'])(
  'refuses %p',
  (text) => {
    expect(() => parseBlock(text)).toThrow(RangeError);
    expect(isBlock(text)).toBe(false);
  },
);

it('knows what lies inside', () => {
  const network = parseBlock('10.255.0.0/16');
  expect(blockContains(network, parseBlock('10.255.255.0/24'))).toBe(true);
  expect(blockContains(network, parseBlock('10.254.255.0/24'))).toBe(false);
  expect(blockContains(network, parseBlock('10.0.0.0/8'))).toBe(false);
});
