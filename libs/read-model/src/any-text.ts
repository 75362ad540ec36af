import type { ValueTransformer } from 'typeorm';

/**
 * JavaScript strings that SQL text cannot hold as they are: PostgreSQL refuses U+0000 and SQLite's driver cuts at it, and
 * half a surrogate pair has no UTF-8. An id may hold any of them (JSON can spell them), and one event that cannot be
 * written would stop the projection for ever. So they are written as U+001A and four hexadecimal digits, and so is
 * U+001A itself; every other string stands in the tables as it is.
 */
const ESCAPE = '\u001a';
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const UNHOLDABLE = /[\0\u001a\ud800-\udfff]/u;
const EVERY_UNHOLDABLE = new RegExp(UNHOLDABLE, 'gu');
// eslint-disable-next-line no-control-regex
const EVERY_ESCAPED = /\u001a([0-9a-f]{4})/g;

/** The text that stands for a string in the tables; different strings give different texts. */
export function toSqlText(text: string): string {
  if (!UNHOLDABLE.test(text)) return text;
  return text.replace(EVERY_UNHOLDABLE, (unit) => ESCAPE + unit.charCodeAt(0).toString(16).padStart(4, '0'));
}

/** The string that a text in the tables stands for. */
export function fromSqlText(text: string): string {
  if (!text.includes(ESCAPE)) return text;
  return text.replace(EVERY_ESCAPED, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

/** A column that holds any string, or `null`. */
export const anyText: { type: 'text'; transformer: ValueTransformer } = {
  type: 'text',
  transformer: {
    to: (text: unknown) => (typeof text === 'string' ? toSqlText(text) : text),
    from: (text: unknown) => (typeof text === 'string' ? fromSqlText(text) : text),
  },
};
