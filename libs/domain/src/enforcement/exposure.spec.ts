import { exposureWindow } from './exposure';

const removedOn = (cells: Record<string, number | null>) => ({
  ...{ seq: 12, committedAtMs: 120, cells: new Map(Object.entries(cells)) },
});

it('ends when the last cell stopped allowing what was removed', () =>
  expect(exposureWindow(removedOn({ b: 131, a: 125.5 }))).toEqual({ fromMs: 120, untilMs: 131, open: [] }));

it('is open while a cell has not said so, whatever the others said', () =>
  expect(exposureWindow(removedOn({ c: null, b: 131, a: null }))).toEqual({
    ...{ fromMs: 120, untilMs: null, open: ['a', 'c'] },
  }));

it('is empty where no cell was concerned, and never ends before it begins', () => {
  expect(exposureWindow(removedOn({}))).toEqual({ fromMs: 120, untilMs: 120, open: [] });
  expect(exposureWindow(removedOn({ a: 119.7 }))).toEqual({ fromMs: 120, untilMs: 120, open: [] });
});
