import { ServiceToken } from './service-token';

describe('the token of Heddle itself', () => {
  let nowMs: number;
  let grants: number;
  let validMs: number;
  let token: ServiceToken;
  beforeEach(() => {
    nowMs = 0;
    grants = 0;
    validMs = 600_000;
    const grantToken = () => Promise.resolve({ text: `token-${++grants}`, validMs });
    token = new ServiceToken({ grantToken }, () => nowMs);
  });

  it('is asked for once, by all who want it at the same moment', async () =>
    expect(await Promise.all([token.get(), token.get()])).toEqual(['token-1', 'token-1']));

  it('is replaced a minute before it expires', async () => {
    await token.get();
    nowMs = 539_999;
    expect(await token.get()).toBe('token-1');
    nowMs = 540_000;
    expect(await token.get()).toBe('token-2');
  });

  it('is kept for half of its time when that is short', async () => {
    validMs = 10_000;
    await token.get();
    nowMs = 4_999;
    expect(await token.get()).toBe('token-1');
    nowMs = 5_000;
    expect(await token.get()).toBe('token-2');
  });

  it('is replaced when it is refused, but not for the sake of an older one', async () => {
    await token.get();
    token.refused('token-0');
    expect(await token.get()).toBe('token-1');
    token.refused('token-1');
    expect(await token.get()).toBe('token-2');
  });

  it('is asked for again after a failure', async () => {
    let fails = true;
    const grantToken = () => (fails ? Promise.reject(new Error('away')) : Promise.resolve({ text: 'a', validMs }));
    token = new ServiceToken({ grantToken });
    await expect(token.get()).rejects.toThrow('away');
    fails = false;
    expect(await token.get()).toBe('a');
  });
});
