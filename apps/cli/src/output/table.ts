import Table from 'cli-table3';
import type { Page } from './page';
import type { Tone } from './paint';
import { visible } from './visible';
import { lengthOf, wrap } from './wrap';

/** One line of a cell. */
export type Line = string | { readonly text: string; readonly tone: Tone };
/** What stands in one place of a table: a line, or several below each other. */
export type Cell = Line | readonly Line[];

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** Whether its lines may be broken when the page is too narrow. */
  readonly wraps?: boolean;
}

interface ToneLine {
  readonly text: string;
  readonly tone?: Tone;
}

const GAP = '  ';
const NARROWEST = 8;
const NO_BORDERS = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ].map((part) => [part, '']),
);

/** Rows under their titles, in columns; columns that wrap are narrowed until the table fits the page. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly Cell[])[], page: Page): string {
  const cells = rows.map((row) => row.map(linesOf));
  const widths = fittingWidths(columns, cells, page.width);
  const table = new Table({
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: { ...NO_BORDERS, middle: GAP },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  // A row of its own for each line: a cell of many lines takes the package minutes.
  for (const row of cells)
    table.push(...rowsOf(row.map((lines, i) => paintLines(lines, widths[i] ?? page.width, page))));
  return table.toString().replace(/ +$/gm, '');
}

function linesOf(cell: Cell): ToneLine[] {
  const lines = Array.isArray(cell) ? (cell as readonly Line[]) : [cell as Line];
  return lines.map((line) =>
    typeof line === 'string' ? { text: visible(line) } : { text: visible(line.text), tone: line.tone },
  );
}

function paintLines(lines: readonly ToneLine[], width: number, { paint }: Page): string[] {
  return lines.flatMap(({ text, tone }) =>
    wrap(text, width).map((part) => (tone === undefined ? part : paint(tone, part))),
  );
}

/** The lines of some cells beside each other. */
function rowsOf(cells: readonly (readonly string[])[]): string[][] {
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => cells.map((lines) => lines[line] ?? ''));
}

/** The widest widths at which the table fits: all columns that wrap get the same bound. */
function fittingWidths(columns: readonly Column[], rows: readonly ToneLine[][][], pageWidth: number): number[] {
  const natural = columns.map(({ title }, i) =>
    Math.max(title.length, ...rows.flatMap((row) => row[i]?.map(({ text }) => lengthOf(text)) ?? [])),
  );
  const bounded = (bound: number): number[] =>
    natural.map((width, i) => (columns[i]?.wraps ? Math.min(width, bound) : width));
  const room = pageWidth - GAP.length * (columns.length - 1);
  let bound = Math.max(...natural);
  while (bound > NARROWEST && sum(bounded(bound)) > room) bound--;
  return bounded(bound);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
