import { z } from 'zod';
import { formatTag } from './render-tags';
import { goJson, WireError } from './wire-error';

/** What a tag is wanted for. */
export interface TagReservation {
  readonly id: string;
  readonly type: string;
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** As the original reads it: names of members in any case, unknown ones ignored, and what is left out or `null` is empty. */
const reservation = z
  .record(z.string(), z.unknown())
  .nullable()
  .transform((members) => Object.entries(members ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const))
  .transform((members) => Object.fromEntries(members))
  .pipe(z.object({ id: text, type: text }));

/**
 * Reads the body of a request for a tag.
 * @throws {WireError} 400 when it is no JSON object of texts.
 */
export function parseTagReservation(body: string): TagReservation {
  try {
    return reservation.parse(JSON.parse(body));
  } catch (cause) {
    throw new WireError(400, 'failed parsing request body', { cause });
  }
}

/** The answer to it. @param tagLength in bytes */
export function renderTagReservation({ id, type }: TagReservation, tag: number, tagLength: number): string {
  return goJson({ id, tag: formatTag(tag, tagLength), type });
}
