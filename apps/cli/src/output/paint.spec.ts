import { isColourWanted } from './paint';

const terminal = { write: () => true, isTTY: true };
const pipe = { write: () => true };

it.each([
  [terminal, {}, true],
  [terminal, { NO_COLOR: '' }, true],
  [terminal, { NO_COLOR: '1' }, false],
  [terminal, { TERM: 'dumb' }, false],
  [pipe, {}, false],
])('colour: %#', (sink, env, wanted) => expect(isColourWanted(sink, env)).toBe(wanted));
