/** A tag as Cloud Foundry writes it: upper-case hexadecimal, two digits for each byte. */
export function tagText(tag: number, bytes: number): string {
  return tag
    .toString(16)
    .toUpperCase()
    .padStart(2 * bytes, '0');
}
