import type { Container } from '../api/schemas';
import { AppName } from '../ui/app-name';

/** Containers of a cell that are shown without being asked for. */
const ROWS_AT_ONCE = 6;

/** What runs on a cell. */
export function Containers({ containers, onApp }: { containers: readonly Container[]; onApp(app: string): void }) {
  if (containers.length === 0) return <p className="quiet no-containers">no containers</p>;
  return (
    <>
      <Table containers={containers.slice(0, ROWS_AT_ONCE)} onApp={onApp} />
      {containers.length > ROWS_AT_ONCE && (
        <details>
          <summary>{containers.length - ROWS_AT_ONCE} more containers</summary>
          <Table containers={containers.slice(ROWS_AT_ONCE)} onApp={onApp} />
        </details>
      )}
    </>
  );
}

function Table({ containers, onApp }: { containers: readonly Container[]; onApp(app: string): void }) {
  return (
    <table className="containers">
      <thead className="visually-hidden">
        <tr>
          <th scope="col">app</th>
          <th scope="col">instance</th>
          <th scope="col">address</th>
        </tr>
      </thead>
      <tbody>
        {containers.map(({ handle, app, index, address, space, org }) => (
          <tr key={handle} data-container={`${app}/${index}`} title={[org, space, handle].filter(Boolean).join(' / ')}>
            <td>
              <AppName app={app} onApp={onApp} />
            </td>
            <td className="instance">{index}</td>
            <td className="address">{address}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
