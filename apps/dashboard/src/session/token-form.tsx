import { useId, useState } from 'react';
import { Mark } from '../ui/mark';

/** Asks for the bearer token and says where it is found. */
export function TokenForm({ whyRefused, onToken }: { whyRefused?: string; onToken(token: string): void }) {
  const [typed, setTyped] = useState('');
  const id = useId();
  return (
    <main className="token">
      <form
        className="token-card"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim()) onToken(typed.trim());
        }}
      >
        <h1>
          <Mark /> Heddle
        </h1>
        <p>This page shows who may talk to whom, so it wants to know who is looking.</p>
        <label htmlFor={id}>Access token</label>
        <input
          id={id}
          type="password"
          autoComplete="off"
          spellCheck={false}
          autoFocus
          required
          value={typed}
          aria-invalid={whyRefused !== undefined}
          aria-describedby={`${id}-help`}
          onChange={(event) => setTyped(event.target.value)}
        />
        {whyRefused !== undefined && (
          <p className="token-refused" role="alert">
            The control plane did not accept this token: {whyRefused}
          </p>
        )}
        <button type="submit" className="primary">
          Show the dashboard
        </button>
        <p id={`${id}-help`} className="token-help">
          Find it on the machine of the control plane: <code>cat .heddle/admin.token</code>
          <br />
          or let <code>heddle dashboard</code> print a link that carries it. The token stays in this tab and is
          forgotten when it closes.
        </p>
      </form>
    </main>
  );
}
