import { useEffect, useId, useState } from 'react';

interface Props {
  readonly app: string;
  /** What is offered; others can be typed as well, since the past knows apps that are gone. */
  readonly known: readonly string[];
  onApp(app: string): void;
}

/** Narrows the page to the changes and the neighbourhood of one app. */
export function AppFilter({ app, known, onApp }: Props) {
  const [typed, setTyped] = useState(app);
  const list = useId();
  useEffect(() => setTyped(app), [app]);
  return (
    <form
      className="app-filter"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onApp(typed.trim());
      }}
    >
      <input
        type="search"
        aria-label="Only changes of this app"
        placeholder="filter by app"
        list={list}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={({ target: { value } }) => {
          setTyped(value);
          if (value === '' || known.includes(value)) onApp(value);
        }}
      />
      <datalist id={list}>
        {known.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {typed.trim() !== app && <span className="app-filter-hint">Enter</span>}
      {app && (
        <button type="button" onClick={() => onApp('')} aria-label="Show all apps">
          Clear
        </button>
      )}
    </form>
  );
}
