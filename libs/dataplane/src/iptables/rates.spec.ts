import { atMost, moreThan } from './rates';

describe('a rate', () => {
  it.each([
    [1, '-m limit --limit 1/sec --limit-burst 1'],
    [5, '-m limit --limit 5/sec'],
    [300, '-m limit --limit 303/sec --limit-burst 300'],
    [100_000, '-m limit --limit 10000/sec --limit-burst 10000'],
  ])('of %d a second is written as the kernel keeps it', (perSecond, text) => expect(atMost(perSecond)).toBe(text));

  it.each([
    [1, 3, '1/sec --hashlimit-burst 3', 'heddle-1-3 --hashlimit-htable-expire 3000'],
    [100, 100, '100/sec --hashlimit-burst 100', 'heddle-100-100'],
    [70_000, 5, '71428/sec --hashlimit-burst 5', 'heddle-70000-5'],
  ])('of %d a second and %d at once is counted under a name of its own', (perSecond, atOnce, rate, name) =>
    expect(moreThan({ perSecond, atOnce })).toBe(
      `-m hashlimit --hashlimit-above ${rate} --hashlimit-mode srcip,dstip,dstport --hashlimit-name ${name}`,
    ),
  );
});
