import { forgetToken, keepToken, takeToken } from './token';

function tab(hash: string) {
  const kept = new Map<string, string>();
  const addresses: string[] = [];
  const places = {
    location: { hash, pathname: '/dashboard/', search: '?app=web' },
    history: {
      replaceState: (_state: unknown, _title: string, url?: string | URL | null) => void addresses.push(String(url)),
    },
    sessionStorage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    },
  };
  return { places, kept, addresses };
}

describe('the token of a tab', () => {
  it('is taken out of the address and kept, with the rest of the address unchanged', () => {
    const { places, kept, addresses } = tab('#token=a.b-c');
    expect(takeToken(places)).toBe('a.b-c');
    expect([...kept.values()]).toEqual(['a.b-c']);
    expect(addresses).toEqual(['/dashboard/?app=web']);
  });

  it('is the one kept before when the address has none, and other fragments are left alone', () => {
    const { places, addresses } = tab('#graph');
    expect(takeToken(places)).toBeNull();
    keepToken(places, 'typed');
    expect(takeToken(places)).toBe('typed');
    forgetToken(places);
    expect(takeToken(places)).toBeNull();
    expect(addresses).toEqual([]);
  });
});
