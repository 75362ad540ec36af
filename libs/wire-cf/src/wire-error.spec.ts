import { errorBody } from './wire-error';

it('writes errors with a space after the colon, and escaped', () =>
  expect(errorBody('a "b" <c>')).toBe('{"error": "a \\"b\\" \\u003cc\\u003e"}'));
