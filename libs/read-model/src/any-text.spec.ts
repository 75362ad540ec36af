import fc from 'fast-check';
import { fromSqlText, toSqlText } from './any-text';

/** Strings in which what SQL text cannot hold is common. */
const anyString = fc.string({
  unit: fc.oneof(fc.constantFrom('\0', '\u001a', '\ud800', '\udfff', '\ud83d', '\ude00', '0', 'a'), fc.string()),
});

describe('text for SQL', () => {
  it('gives every string back', () => {
    fc.assert(fc.property(anyString, (text) => expect(fromSqlText(toSqlText(text))).toBe(text)));
  });

  it('holds no U+0000 and has a UTF-8 form', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        const written = toSqlText(text);
        expect(written).not.toContain('\0');
        expect(Buffer.from(written).toString()).toBe(written);
      }),
    );
  });

  it.each(['', 'web', 'ünïcode 🧵', "o'neil%_,\\ \n", '__proto__'])('leaves %j as it is', (text) => {
    expect(toSqlText(text)).toBe(text);
  });
});
