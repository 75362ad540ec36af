import { Decoding } from './decoding';
import { DEEPEST } from './json-cursor';
import { integer, struct, text, type Int64 } from './shapes';

interface Thing {
  name: string;
  size: Int64;
  inner: { mark: string };
}
const nothing = (): Thing => ({ name: '', size: 0, inner: { mark: '' } });
const thing = struct<Thing>('pkg.Thing', nothing, {
  name: text,
  size: integer,
  inner: struct('pkg.Inner', () => ({ mark: '' }), { mark: text }),
});

function read(json: string | Buffer): Thing {
  const decoding = new Decoding(Buffer.from(json));
  const value = thing.read(decoding, thing.zero());
  decoding.json.end();
  if (decoding.mismatched !== undefined) throw new Error(decoding.mismatched);
  return value;
}

it.each<[string, string]>([
  ['', 'unexpected end of JSON input'],
  [' \n', 'unexpected end of JSON input'],
  ['{"a', 'unexpected end of JSON input'],
  ['{"a\\', 'unexpected end of JSON input'],
  ['{"a\\u00', 'unexpected end of JSON input'],
  ['{"a":-', 'unexpected end of JSON input'],
  ['{"a":tru', 'unexpected end of JSON input'],
  ['{"a":1', 'unexpected end of JSON input'],
  ['not json', "invalid character 'o' in literal null (expecting 'u')"],
  ['falze', "invalid character 'z' in literal false (expecting 's')"],
  ['{} trailing', "invalid character 't' after top-level value"],
  ['{,', "invalid character ',' looking for beginning of object key string"],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ['{"a" 1', "invalid character '1' after object key"],
  ['{"a":1 2', "invalid character '2' after object key:value pair"],
  ['{"a":[1 2', "invalid character '2' after array element"],
  ['{"a":[1,]', "invalid character ']' looking for beginning of value"],
  ['{"a":[}', "invalid character '}' looking for beginning of value"],
  ["{'a'", "invalid character '\\'' looking for beginning of object key string"],
  ['{"a":"\n"', "invalid character '\\n' in string literal"],
  ['{"a":"\u0001"', "invalid character '\\x01' in string literal"],
  ['{"a":"\\x"', "invalid character 'x' in string escape code"],
  ['{"a":"\\u00g0"', "invalid character 'g' in \\u hexadecimal character escape"],
  ['{"a":01', "invalid character '1' after object key:value pair"],
  ['{"a":-x', "invalid character 'x' in numeric literal"],
  ['{"a":1.x', "invalid character 'x' after decimal point in numeric literal"],
  ['{"a":1e"', "invalid character '\"' in exponent of numeric literal"],
  ['\\', "invalid character '\\\\' looking for beginning of value"],
  ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
  ['\u007f', "invalid character '\\x7f' looking for beginning of value"],
])('refuses %j: %s', (json, message) => expect(() => read(json)).toThrow(new Error(message)));

it('quotes a byte beyond ASCII as Go does', () =>
  expect(() => read(Buffer.from([0x80]))).toThrow("invalid character '\\u0080' looking for beginning of value"));

it.each<[string, string]>([
  ['7', 'cannot unmarshal number into Go value of type pkg.Thing'],
  ['{"name":true}', 'cannot unmarshal bool into Go struct field Thing.name of type string'],
  ['{"inner":{"mark":[1]}}', 'cannot unmarshal array into Go struct field Inner.inner.mark of type string'],
  ['{"inner":[],"name":3}', 'cannot unmarshal array into Go struct field Thing.inner of type pkg.Inner'],
  ['{"inner":{"mark":{}},"size":"x"}', 'cannot unmarshal object into Go struct field Inner.inner.mark of type string'],
  ['{"inner":{},"size":8e1}', 'cannot unmarshal number 8e1 into Go struct field Thing.size of type int'],
  ['{"size":80.0}', 'cannot unmarshal number 80.0 into Go struct field Thing.size of type int'],
  [
    '{"size":9223372036854775808}',
    'cannot unmarshal number 9223372036854775808 into Go struct field Thing.size of type int',
  ],
  [
    `{"size":${'9'.repeat(70)}}`,
    `cannot unmarshal number ${'9'.repeat(64)}… into Go struct field Thing.size of type int`,
  ],
])('cannot use %s: %s', (json, message) => expect(() => read(json)).toThrow(new Error(`json: ${message}`)));

it('tells that a text is no JSON before it tells that a value is of the wrong kind', () =>
  expect(() => read('{"name":1,"size":}')).toThrow("invalid character '}' looking for beginning of value"));

it.each<[string, Partial<Thing>]>([
  ['null', {}],
  ['{"name":null,"size":null,"inner":null}', {}],
  ['{"NAME":"a","\u017fize":1,"inner":{"mar\u212a":"x"}}', { name: 'a', size: 1, inner: { mark: 'x' } }],
  ['{"name":"a","name":"b","name":null}', { name: 'b' }],
  ['{"inner":{"mark":"a"},"inner":{}}', { inner: { mark: 'a' } }],
  ['{"__proto__":{"name":"x"},"constructor":1,"n\u0131me":"y"}', {}],
  ['{"size":-0,"other":[{"a":[1,{},[]]},-0.5e+7,true,false,null,"\\u0041"]}', { size: -0 }],
  ['{"size":-9223372036854775808}', { size: -9223372036854775808n }],
  ['{"name":"\\u00e9\\n\\/\\ud83d\\ude00\\ud800\\ud800\\udc00\\udfff"}', { name: 'é\n/😀\ufffd\u{10000}\ufffd' }],
])('reads %s', (json, wanted) => expect(read(json)).toEqual({ ...thing.zero(), ...wanted }));

it.each<[number[], string]>([
  [[0xff], '\ufffd'],
  [[0xe2, 0x82], '\ufffd\ufffd'],
  [[0xe2, 0x82, 0x41], '\ufffd\ufffdA'],
  [[0xed, 0xa0, 0x80], '\ufffd\ufffd\ufffd'],
  [[0xc0, 0xaf], '\ufffd\ufffd'],
  [[0xf4, 0x90, 0x80, 0x80], '\ufffd\ufffd\ufffd\ufffd'],
  [[0xf0, 0x9f, 0x98, 0x80, 0x80], '😀\ufffd'],
  [[0xf0, 0x8f, 0xbf, 0xbf], '\ufffd\ufffd\ufffd\ufffd'],
])('reads the bytes %j as Go does', (bytes, wanted) => {
  const json = (text: string) =>
    Buffer.concat([Buffer.from('{"name":"'), Buffer.from(bytes), Buffer.from(`${text}"}`)]);
  expect(read(json('')).name).toBe(wanted);
  expect(read(json('\\n')).name).toBe(`${wanted}\n`);
});

it('reads as deep as Go does and no deeper', () => {
  const nested = (depth: number) => `{"x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  expect(read(nested(DEEPEST - 1))).toEqual(thing.zero());
  expect(() => read(nested(DEEPEST))).toThrow("invalid character '[' exceeded max depth");
  expect(() => read(`{"x":${'{"x":'.repeat(DEEPEST)}`)).toThrow("invalid character '{' exceeded max depth");
});

it.each([
  ['numbers', '0,'.repeat(5_000_000)],
  ['one string', `"${'a'.repeat(10_000_000)}",`],
  ['escapes', `"${'\\n'.repeat(5_000_000)}",`],
  ['digits', `${'9'.repeat(10_000_000)},`],
  ['pairs', '[],'.repeat(3_000_000)],
])('passes over 10 MB of %s in linear time', (_, items) => {
  const began = performance.now();
  read(`{"x":[${items}0]}`);
  expect(performance.now() - began).toBeLessThan(10_000);
});
