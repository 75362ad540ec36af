import { page } from '../testing/samples';
import { inColour } from './paint';
import { renderTable } from './table';

const columns = [{ title: 'N', align: 'right' }, { title: 'NAME', wraps: true }, { title: 'STATE' }] as const;

it('sets columns two apart and leaves no space at the end of lines', () =>
  expect(
    renderTable(
      columns,
      [
        ['1', 'web', 'live'],
        ['12', ['a longer name', 'below'], '-'],
      ],
      page,
    ),
  ).toBe(
    [
      ' N  NAME           STATE', //
      ' 1  web            live',
      '12  a longer name  -',
      '    below',
    ].join('\n'),
  ));

it('narrows columns that wrap until the page is wide enough, and loses nothing', () => {
  const name = 'the quick brown fox jumps over 0123456789012345678901234567890123456789';
  const text = renderTable(columns, [['1', name, 'live']], { ...page, width: 32 });
  expect(text).toBe(
    [
      'N  NAME                    STATE',
      '1  the quick brown fox     live',
      '   jumps over',
      '   0123456789012345678901',
      '   234567890123456789',
    ].join('\n'),
  );
});

it('counts wide characters as the terminal does', () =>
  expect(
    renderTable(
      [{ title: 'A' }, { title: 'B' }],
      [
        ['文字', 'x'],
        ['ab', 'y'],
      ],
      page,
    ),
  ).toBe('A     B\n文字  x\nab    y'));

it('shows control characters instead of obeying them', () =>
  expect(renderTable([{ title: 'A' }], [['\u{1b}[2Ja\nb\u{202e}c']], page)).toBe('A\n\\u{1b}[2Ja\\u{a}b\\u{202e}c'));

it('paints words, not the space behind them', () =>
  expect(
    renderTable([{ title: 'STATE' }, { title: 'N' }], [[{ text: 'live', tone: 'good' }, '1']], {
      ...page,
      paint: inColour,
    }),
  ).toBe('STATE  N\n\u{1b}[32mlive\u{1b}[0m   1'));

// What a change of a large batch did is one cell; as such it took the package minutes.
it('sets a cell of thousands of lines', () => {
  const lines = Array.from({ length: 2_000 }, (_, i) => `+ app-${i} → db tcp 5432`);
  const [, ...set] = renderTable([{ title: 'change' }, { title: '7', wraps: true }], [['effect', lines]], page).split(
    '\n',
  );
  expect(set).toEqual(lines.map((line, i) => `${i === 0 ? 'effect' : '      '}  ${line}`));
}, 60_000);
