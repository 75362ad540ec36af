import type { Page } from '../output/page';
import type { Line } from '../output/table';
import { formatTime } from '../output/time';
import { visible } from '../output/visible';
import { lengthOf, wrap } from '../output/wrap';

/** What was done gets at least so many characters, however narrow the page. */
const NARROWEST = 20;

/** Who did something, and when. */
interface Head {
  readonly seq: number | string;
  readonly time: string;
  readonly actor: { readonly name: string };
}

/** One entry of a list that grows: number, time, actor, and behind them what it did, each line below the one before. */
export function listEntry({ seq, time, actor }: Head, lines: readonly Line[], page: Page): string {
  const head = `${String(seq).padStart(5)}  ${formatTime(time, page)}  ${visible(actor.name)}  `;
  const width = Math.max(page.width - lengthOf(head), NARROWEST);
  const wrapped = lines.flatMap((line) => {
    if (typeof line === 'string') return wrap(visible(line), width);
    return wrap(visible(line.text), width).map((part) => page.paint(line.tone, part));
  });
  return head + wrapped.join(`\n${' '.repeat(lengthOf(head))}`);
}
