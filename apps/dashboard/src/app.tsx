import { useCallback, useEffect, useState } from 'react';
import { Dashboard } from './dashboard';
import { TokenForm } from './session/token-form';
import { forgetToken, keepToken, takeToken } from './session/token';

interface Session {
  readonly token: string | null;
  /** What the control plane said about the last token. */
  readonly whyRefused?: string;
}

/** The page: asks for a token until there is one that the control plane accepts, then shows the dashboard. */
export function App() {
  const [session, setSession] = useState<Session>(() => ({ token: takeToken(window) }));
  const end = useCallback((whyRefused?: string) => {
    forgetToken(window);
    setSession({ token: null, whyRefused });
  }, []);
  const leave = useCallback(() => end(), [end]);

  useEffect(() => {
    // A link with a token, followed while the page is open, changes nothing but the fragment.
    const take = (): void => setSession({ token: takeToken(window) });
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);

  if (session.token !== null)
    return <Dashboard key={session.token} token={session.token} onRefused={end} onLeave={leave} />;
  return (
    <TokenForm
      whyRefused={session.whyRefused}
      onToken={(token) => {
        keepToken(window, token);
        setSession({ token });
      }}
    />
  );
}
