/** Breaks a line into lines of at most `width` characters: between words where it can, within a word where it must. */
export function wrap(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ').flatMap((whole) => piecesOf(whole, width))) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (lengthOf(longer) <= width) {
      current = longer;
    } else {
      lines.push(current);
      current = word;
    }
  }
  return [...lines, current];
}

/** How many characters a text has, counting those beyond the basic plane once. */
export function lengthOf(text: string): number {
  return [...text].length;
}

function piecesOf(word: string, width: number): string[] {
  const characters = [...word];
  const pieces: string[] = [];
  for (let from = 0; from < characters.length; from += width)
    pieces.push(characters.slice(from, from + width).join(''));
  return pieces.length > 0 ? pieces : [''];
}
