import { Coalescer } from './coalescer';

describe('news that is coalesced', () => {
  let acted: number[];
  let coalescer: Coalescer;
  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
    acted = [];
    coalescer = new Coalescer(() => acted.push(Date.now()), 50);
  });
  afterEach(() => jest.useRealTimers());

  const comeAt = (...times: number[]) => {
    for (const time of times) {
      jest.advanceTimersByTime(time - Date.now());
      coalescer.come();
    }
    jest.advanceTimersByTime(1_000);
  };

  it('goes at once when it is quiet', () => {
    comeAt(0, 200, 400);
    expect(acted).toEqual([0, 200, 400]);
  });

  it('goes once in a window in a storm, and the last of it is not lost', () => {
    comeAt(...Array.from({ length: 120 }, (_, ms) => ms));
    expect(acted).toEqual([0, 50, 100, 150]);
  });

  it('goes no more once closed', () => {
    coalescer.come();
    coalescer.come();
    coalescer.close();
    jest.advanceTimersByTime(1_000);
    expect(acted).toEqual([0]);
  });
});
