const KEY = 'heddle.token';

/** The parts of a browser's window that keep the token. */
export interface TokenPlaces {
  readonly location: Pick<Location, 'hash' | 'pathname' | 'search'>;
  readonly history: Pick<History, 'replaceState'>;
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

/**
 * The bearer token of this tab, or null. One in the address (`#token=…`, as `heddle dashboard` prints it) is moved to the
 * session storage and taken out of the address bar, so that it is neither bookmarked nor shared by copying the address.
 * A fragment never reaches a server or its logs.
 */
export function takeToken({ location, history, sessionStorage }: TokenPlaces): string | null {
  const offered = new URLSearchParams(location.hash.slice(1)).get('token')?.trim();
  if (offered) {
    sessionStorage.setItem(KEY, offered);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return sessionStorage.getItem(KEY);
}

/** Keeps a token typed in by hand for as long as the tab lives. */
export function keepToken({ sessionStorage }: Pick<TokenPlaces, 'sessionStorage'>, token: string): void {
  sessionStorage.setItem(KEY, token);
}

/** Forgets the token, after it was refused or at the user's wish. */
export function forgetToken({ sessionStorage }: Pick<TokenPlaces, 'sessionStorage'>): void {
  sessionStorage.removeItem(KEY);
}
