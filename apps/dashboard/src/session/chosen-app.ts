import { useCallback, useState } from 'react';

/** The app that the page is narrowed to, '' for none. It stands in the address (`?app=`), so that a link shows the same. */
export function useChosenApp(): [string, (app: string) => void] {
  const [app, setApp] = useState(() => new URLSearchParams(window.location.search).get('app') ?? '');
  const choose = useCallback((chosen: string) => {
    const query = chosen ? `?${new URLSearchParams({ app: chosen })}` : '';
    window.history.replaceState(null, '', window.location.pathname + query);
    setApp(chosen);
  }, []);
  return [app, choose];
}
