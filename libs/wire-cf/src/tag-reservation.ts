import { asObject, asText } from './json-shape';
import { tagText } from './tag-text';
import { goJson, WireError } from './wire-error';

/** What a tag is wanted for. */
export interface TagReservation {
  readonly id: string;
  readonly type: string;
}

/**
 * Reads the body of a request for a tag; names of members are matched in any case, and what is left out is empty.
 * @throws {WireError} 400 when it is no JSON object of texts.
 */
export function parseTagReservation(body: string): TagReservation {
  try {
    const { id, type } = asObject(JSON.parse(body), 'value of type api.Tag');
    return { id: asText(id, 'struct field Tag.id'), type: asText(type, 'struct field Tag.type') };
  } catch (cause) {
    throw new WireError(400, 'failed parsing request body', { cause });
  }
}

/** The answer to it. @param tagLength in bytes */
export function renderTagReservation({ id, type }: TagReservation, tag: number, tagLength: number): string {
  return goJson({ id, tag: tagText(tag, tagLength), type });
}
