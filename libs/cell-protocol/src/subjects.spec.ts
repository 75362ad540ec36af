import fc from 'fast-check';
import { cellSubject, liveSubject, stateSubject, subjectToken } from './subjects';

/** Any text, and often the letters that mean something in a subject or in the encoding itself. */
const name = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.string({
    unit: fc.constantFrom('.', ' ', '*', '>', '~', '-', '_', '\t', '\r', '\n', '\0', 'a', 'é', '😀'),
    minLength: 1,
  }),
  fc.string({ unit: fc.constantFrom('\ud800', '\udbff', '\udfff', '\ufffd', 'a'), minLength: 1 }),
  fc.uuid(),
);

describe('the token of a name', () => {
  it.each([
    ['c46f7a2a-3c1e-4b7e-8b0a-5b1f3f7a9e01', 'c46f7a2a-3c1e-4b7e-8b0a-5b1f3f7a9e01'],
    ['visitor_2', 'visitor_2'],
    ['a.b', '~YS5i'],
    ['>', '~Pg'],
    ['*', '~Kg'],
    ['~YS5i', '~fllTNWk'],
    ['space cat 🐈', '~c3BhY2UgY2F0IPCfkIg'],
  ])('%j is %j', (text, token) => expect(subjectToken(text)).toBe(token));

  it('is one token, of letters that mean nothing in a subject', () =>
    fc.assert(fc.property(name, (text) => expect(subjectToken(text)).toMatch(/^~{0,2}[A-Za-z0-9_-]+$/))));

  it('gives the name back', () =>
    fc.assert(
      fc.property(name, (text) => {
        const token = subjectToken(text);
        fc.pre(!token.startsWith('~~'));
        expect(token.startsWith('~') ? Buffer.from(token.slice(1), 'base64url').toString() : token).toBe(text);
      }),
    ));

  it('is another one for another name', () =>
    fc.assert(
      fc.property(name, name, (one, other) => {
        fc.pre(one !== other);
        expect(subjectToken(one)).not.toBe(subjectToken(other));
      }),
    ));

  it.each(['\ud800', 'a'.repeat(1_001), 'é'.repeat(400), '.'.repeat(1_000_000)])('is short whatever the name', (text) =>
    expect(subjectToken(text)).toMatch(/^~~[A-Za-z0-9_-]{43}$/),
  );

  it('of a long name is another one for another name', () => {
    const names = ['a', 'b', 'é', '.'].flatMap((letter) => [`${letter.repeat(5_000)}1`, `${letter.repeat(5_000)}2`]);
    expect(new Set(names.map(subjectToken)).size).toBe(names.length);
  });

  it('is not the token of a name that is spelled like it', () =>
    fc.assert(
      fc.property(name, (text) => {
        const token = subjectToken(text);
        fc.pre(token !== text);
        expect(subjectToken(token)).not.toBe(token);
      }),
    ));
});

it('a document passes by where it is stored, but for the second token', () =>
  fc.assert(
    fc.property(name, (text) =>
      expect(liveSubject(stateSubject.app(text))).toBe(`heddle.live.app.${subjectToken(text)}`),
    ),
  ));

it('an app and a cell of the same name have subjects of their own', () => {
  const subjects = [
    ...[stateSubject.app('x'), stateSubject.lease('x'), stateSubject.cursor, stateSubject.space('x')],
    ...[stateSubject.space(null)],
    ...[cellSubject.receipt('x'), cellSubject.containers('x'), cellSubject.beat('x')],
  ];
  expect(new Set(subjects).size).toBe(subjects.length);
});
