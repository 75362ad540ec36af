const MOST_NAMED = 5;

/** Some items in words, `a, b and c`; of more than five the first five and how many more there are. */
export function enumerate(items: readonly string[]): string {
  const named = items.slice(0, MOST_NAMED);
  const more = items.length - named.length;
  const words = more > 0 ? [...named, `${more} more`] : named;
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** A number and what it counts: `1 cell`, `2 cells`. */
export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}
