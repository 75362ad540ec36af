import { editDistance, nearest } from './nearest';

describe('the nearest known name', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['HEDDLE_HTTP_PROT', 'HEDDLE_HTTP_PORT', 2],
  ])('%s → %s takes %i changes', (from, to, changes) => expect(editDistance(from, to)).toBe(changes));

  it('is the one with the fewest changes', () =>
    expect(nearest('http_prot', ['http_host', 'http_port', 'lab'])).toBe('http_port'));

  it('is none among none', () => expect(nearest('http_port', [])).toBeUndefined());
});
