import { backoff } from './backoff';
import { sleep } from './sleep';

jest.mock('./sleep');

describe('waits between attempts', () => {
  const waits = () => jest.mocked(sleep).mock.calls.map(([ms]) => ms);
  beforeEach(() => jest.mocked(sleep).mockReset());
  afterEach(() => jest.restoreAllMocks());

  it.each([
    ['at most', 1, [20, 40, 40, 20]],
    ['at least', 0, [10, 20, 20, 10]],
  ])('last %s so long, double up to the longest one, and begin again after a success', async (_, chance, expected) => {
    jest.spyOn(Math, 'random').mockReturnValue(chance);
    const between = backoff({ firstMs: 20, maxMs: 40 });
    for (let i = 0; i < 3; i++) await between.wait();
    between.reset();
    await between.wait();
    expect(waits()).toEqual(expected);
  });

  it('can be ended early', async () => {
    const { signal } = new AbortController();
    await backoff({ firstMs: 20, maxMs: 40, signal }).wait();
    expect(jest.mocked(sleep)).toHaveBeenCalledWith(expect.any(Number), signal);
  });
});
