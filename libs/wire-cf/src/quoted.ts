import { goJson } from './wire-error';

/** Texts that JSON writes as they are, which is nearly every id. */
const PLAIN = /^[\w.:\- ]*$/;

/** A text in JSON, quickly where it is a plain one. */
export function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : goJson(text);
}
