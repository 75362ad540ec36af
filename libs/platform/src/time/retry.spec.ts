import { retry } from './retry';
import { sleep } from './sleep';

const steps = { firstMs: 1, maxMs: 4 };

describe('waiting', () => {
  it('ends at once when it was called off', async () => {
    const off = new AbortController();
    const waiting = sleep(60_000, off.signal);
    off.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(sleep(60_000, off.signal)).rejects.toThrow('enough');
  });
});

describe('trying again', () => {
  it('gives what the first successful attempt gives', async () => {
    const attempt = jest.fn(async (before: number) => {
      if (before < 2) throw new Error('not yet');
      return before;
    });
    await expect(retry(attempt, { ...steps, withinMs: 1000 })).resolves.toBe(2);
    expect(attempt).toHaveBeenCalledTimes(3);
  });

  it('gives up when the time is over, with the last error', async () => {
    let attempts = 0;
    const trying = retry(
      async () => {
        throw new Error(`attempt ${++attempts}`);
      },
      { ...steps, withinMs: 50 },
    );
    await expect(trying).rejects.toThrow(/^attempt \d+$/);
    await expect(trying).rejects.toThrow(`attempt ${attempts}`);
    expect(attempts).toBeGreaterThan(2);
  });

  it('does not repeat what cannot pass', async () => {
    const attempt = jest.fn().mockRejectedValue(new RangeError('wrong for ever'));
    const canPass = (error: unknown) => !(error instanceof RangeError);
    await expect(retry(attempt, { ...steps, withinMs: 1000, canPass })).rejects.toThrow('wrong for ever');
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it('stops when it is called off', async () => {
    const off = new AbortController();
    const attempt = jest.fn(async () => {
      off.abort(new Error('enough'));
      throw new Error('not yet');
    });
    await expect(retry(attempt, { ...steps, withinMs: 1000, signal: off.signal })).rejects.toThrow('enough');
    expect(attempt).toHaveBeenCalledTimes(1);
  });
});
