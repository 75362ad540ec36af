import { formatTag, renderTags } from './render-tags';

it.each([
  [1, 1, '01'],
  [10, 1, '0A'],
  [255, 2, '00FF'],
  [65_535, 3, '00FFFF'],
])('writes tag %i of %i bytes as %s', (tag, bytes, text) => expect(formatTag(tag, bytes)).toBe(text));

it('sorts tags by number and names the kind of their holder', () =>
  expect(
    renderTags(
      [
        { app: 'b', tag: 16 },
        { app: 'a<', tag: 4, type: 'router' },
      ],
      1,
    ),
  ).toBe('{"tags":[{"id":"a\\u003c","tag":"04","type":"router"},{"id":"b","tag":"10","type":"app"}]}'));
