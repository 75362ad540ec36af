import type { TagOfApp } from '@heddle/domain';
import { goJson } from './wire-error';

/** Who holds a tag: an app, or a router that was given one. */
interface TagHolder extends TagOfApp {
  readonly type?: string;
}

/** A tag as Cloud Foundry writes it: upper-case hexadecimal, of at least two digits for each byte. */
export function formatTag(tag: number, bytes: number): string {
  return tag
    .toString(16)
    .toUpperCase()
    .padStart(2 * bytes, '0');
}

/** The body of the list of tags, in the order of their numbers. */
export function renderTags(tags: readonly TagHolder[], bytes: number): string {
  const ascending = [...tags].sort((a, b) => a.tag - b.tag);
  return goJson({
    tags: ascending.map(({ app, tag, type }) => ({ id: app, tag: formatTag(tag, bytes), type: type ?? 'app' })),
  });
}
