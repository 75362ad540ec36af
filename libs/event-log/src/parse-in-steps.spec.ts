import { atOnce } from '@heddle/domain';
import fc from 'fast-check';
import { parseInSteps } from './parse-in-steps';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string): unknown => atOnce(parseInSteps(bytesOf(text)));

it('reads what JSON.parse reads', () =>
  fc.assert(
    fc.property(fc.json(), (text) => {
      const plain = JSON.stringify(JSON.parse(text));
      expect(parse(plain)).toEqual(JSON.parse(plain));
    }),
  ));

it('reads lists that are longer than a piece, with a pause after each piece', () => {
  const data = { list: Array.from({ length: 20_000 }, (_, n) => ({ n, text: 'a "quoted" \\ ü' })), after: [1] };
  const bytes = bytesOf(JSON.stringify(data));
  const steps = parseInSteps(bytes);
  let pauses = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) pauses++;
  expect(step.value).toEqual(data);
  expect(pauses).toBeGreaterThan(bytes.length / 2 / 65_536);
});

it('takes a member called __proto__ for what it is', () =>
  expect(Object.keys(parse('{"__proto__":{"a":1}}') as object)).toEqual(['__proto__']));

it.each([
  '',
  '{',
  '[',
  '[1',
  '[1,',
  '[1,]',
  '{"a"}',
  '{"a":}',
  '{"a":1,}',
  '{"a":1}x',
  '"a',
  'nul',
  '[1}',
  '{"a":[1]]',
])('refuses %j', (text) => expect(() => parse(text)).toThrow(SyntaxError));

it('refuses what is no UTF-8', () =>
  expect(() => atOnce(parseInSteps(Uint8Array.of(0x22, 0xff, 0x22)))).toThrow(/not valid/));
