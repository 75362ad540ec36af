import { RefusalRate } from './refusal-rate';

let ms = 0;
const admitted = (rate: RefusalRate, actor: string, times: number) =>
  Array.from({ length: times }, () => rate.admits(actor)).filter(Boolean).length;

it('notes 60 attempts of each actor in a minute, whatever the others do', () => {
  const rate = new RefusalRate(() => ms);
  expect(admitted(rate, 'loud', 500)).toBe(60);
  expect(admitted(rate, 'quiet', 3)).toBe(3);
  ms += 59_999;
  expect(admitted(rate, 'loud', 1)).toBe(0);
  ms += 1;
  expect(admitted(rate, 'loud', 500)).toBe(60);
});

it('tells apart so many actors and no more, so that names cost no memory without end', () => {
  const rate = new RefusalRate(() => ms);
  for (let i = 0; i < 10_000; i++) rate.admits(`actor-${i}`);
  expect(admitted(rate, 'one too many', 1)).toBe(0);
  expect(admitted(rate, 'actor-7', 1)).toBe(1);
});
