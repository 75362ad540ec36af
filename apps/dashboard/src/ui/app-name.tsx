import { shortApp } from '../text/words';

/** The name of an app; choosing it shows that app alone. */
export function AppName({ app, onApp }: { app: string; onApp(app: string): void }) {
  return (
    <button type="button" className="app-name" title={`Show only ${app}`} onClick={() => onApp(app)}>
      {shortApp(app)}
    </button>
  );
}
