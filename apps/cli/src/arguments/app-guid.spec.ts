import { appGuid, appGuids } from './app-guid';

it('takes any text but the empty one', () => {
  expect(appGuid('source')('a b\u{1b}')).toBe('a b\u{1b}');
  expect(() => appGuid('source')('')).toThrow('source is empty, but must be the GUID of an app');
});

it('gathers apps, after each other and by comma', () =>
  expect(appGuids('--app')('b,c', ['a'])).toEqual(['a', 'b', 'c']));

it('does not take an empty one among them, which would match nothing', () =>
  expect(() => appGuids('--app')('a,')).toThrow('--app is empty, but must be the GUID of an app'));
