import type { CellRules } from '../api/past-schemas';
import { asOfWords } from '../output/as-of';
import type { Page } from '../output/page';
import { formatTime } from '../output/time';
import { visible } from '../output/visible';

/** What takes the rules. */
const TAKER = { nftables: 'nft -f', iptables: 'iptables-restore --noflush' } as const;

/** The rules as a program of the cell takes them; whatever is said beside them is a comment to it. */
export function rulesText({ cell, at, asOf, dataplane = 'nftables', notes, rules }: CellRules, page: Page): string {
  const head = `${cell} at ${formatTime(at, page, { withMs: true })}, ${asOfWords(asOf, page)}, for ${TAKER[dataplane]}`;
  return [head, ...notes].map((line) => `# ${visible(line)}\n`).join('') + rules;
}
