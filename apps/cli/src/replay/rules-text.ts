import type { CellRules } from '../api/past-schemas';
import { asOfWords } from '../output/as-of';
import type { Page } from '../output/page';
import { formatTime } from '../output/time';
import { visible } from '../output/visible';

/** The rules as nft takes them; whatever is said beside them is a comment to it. */
export function rulesText({ cell, at, asOf, notes, rules }: CellRules, page: Page): string {
  const head = `${cell} at ${formatTime(at, page, { withMs: true })}, ${asOfWords(asOf, page)}`;
  return [head, ...notes].map((line) => `# ${visible(line)}\n`).join('') + rules;
}
