/**
 * Text from elsewhere as it can be shown on a terminal: control and formatting characters, which could move the cursor,
 * turn the direction of writing or hide things, are written out (`\u{1b}`).
 */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
