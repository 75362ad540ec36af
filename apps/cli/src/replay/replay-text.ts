import type { ReplayEntry } from '../api/replay-api';
import { effectLines } from '../changes/effect-lines';
import { listEntry } from '../changes/list-entry';
import { count, enumerate } from '../output/enumerate';
import type { Page } from '../output/page';
import type { Line } from '../output/table';
import { formatDuration, isTime } from '../output/time';
import { visible } from '../output/visible';
import { portsWords } from '../reach/ports-words';

/** What is shown in the line of things. */
type Shown = Exclude<ReplayEntry, { readonly kind: 'hello' }>;
type Entry<Kind extends ReplayEntry['kind']> = Extract<ReplayEntry, { readonly kind: Kind }>;
type Container = Entry<'placement'>['containers'][number];

/** A batch can hold any number of policies; here its beginning is shown. */
const LINES_PER_CHANGE = 5;
/** Of so many changes it is remembered when they were committed. */
const MOST_REMEMBERED = 1_000;

/** A replay for people: an entry at a time, since what a cell holds is told by what came and left. */
export class ReplayText {
  private readonly committed = new Map<number, number>();
  private readonly held = new Map<string, readonly Container[]>();

  /** One entry, in the form of the other lists that grow. What is no change has a sign in place of a number. */
  of(entry: Shown, page: Page): string {
    switch (entry.kind) {
      case 'change':
        this.remember(entry);
        return listEntry(entry, changeLines(entry), page);
      case 'receipt':
        return listEntry({ seq: '✓', time: entry.at, actor: { name: entry.cell } }, [this.receiptWords(entry)], page);
      case 'enforcement':
        return enforcementLines(entry).join('\n');
      case 'placement':
        return listEntry({ seq: '▪', time: entry.at, actor: { name: entry.cell } }, this.placementLines(entry), page);
    }
  }

  private remember({ seq, time }: Entry<'change'>): void {
    if (isTime(time)) this.committed.set(seq, Date.parse(time));
    const [oldest] = this.committed.keys();
    if (this.committed.size > MOST_REMEMBERED && oldest !== undefined) this.committed.delete(oldest);
  }

  private receiptWords({ changes, enforcedUpTo, enforcedAt }: Entry<'receipt'>): Line {
    const [first] = changes;
    if (first === undefined) return `enforces what it needs of everything up to change ${enforcedUpTo}`;
    const committedMs = this.committed.get(first);
    const after = committedMs === undefined ? '' : `, ${formatDuration(Date.parse(enforcedAt) - committedMs)} after it`;
    const named = `${changes.length === 1 ? 'change' : 'changes'} ${enumerate(changes.map(String))}`;
    return { text: `enforces ${named}${changes.length === 1 ? after : ''}`, tone: 'good' };
  }

  private placementLines({ cell, containers }: Entry<'placement'>): Line[] {
    const before = this.held.get(cell);
    this.held.set(cell, containers);
    if (!before)
      return [`holds ${count(containers.length, 'container')}`, ...containers.slice(0, LINES_PER_CHANGE).map(words)];
    const [was, is] = [new Set(before.map(words)), new Set(containers.map(words))];
    const came = [...is].filter((one) => !was.has(one)).map((text): Line => ({ text: `+ ${text}`, tone: 'good' }));
    const left = [...was].filter((one) => !is.has(one)).map((text): Line => ({ text: `- ${text}`, tone: 'bad' }));
    const all = [...left, ...came];
    return all.length > 0 ? all : [`still holds ${count(containers.length, 'container')}`];
  }
}

function words({ handle, app, address }: Container): string {
  return `${handle} (${app}) at ${address}`;
}

/** What was done, and what could be reached by it. */
function changeLines({ reach, ...change }: Entry<'change'>): Line[] {
  const why: Line[] = change.reason === undefined ? [] : [{ text: `“${change.reason}”`, tone: 'faint' }];
  const edges = (reach ?? []).flatMap(({ source, destination, opens, closes }): Line[] => [
    ...(opens.length > 0 ? [`opened ${source} → ${destination} ${portsWords(opens)}`] : []),
    ...(closes.length > 0 ? [`closed ${source} → ${destination} ${portsWords(closes)}`] : []),
  ]);
  const more = edges.length - LINES_PER_CHANGE;
  const range = `heddle reach diff --since ${change.seq - 1} --until ${change.seq}`;
  const rest: Line[] = reach === null ? [range] : more > 0 ? [`and ${count(more, 'line')} more: ${range}`] : [];
  return [...effectLines(change, LINES_PER_CHANGE), ...why, ...edges.slice(0, LINES_PER_CHANGE), ...rest];
}

function enforcementLines({ seq, cells }: Entry<'enforcement'>): string[] {
  return cells.map(({ cell, latencyMs }) =>
    latencyMs === null
      ? `    ?  ${visible(cell)} has not said that it enforces change ${seq}`
      : `    ✓  ${visible(cell)} enforced change ${seq} ${formatDuration(latencyMs)} after it`,
  );
}
