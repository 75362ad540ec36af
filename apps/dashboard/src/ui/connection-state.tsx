import type { Connection } from '../picture/picture';
import { timeOfDay } from '../text/times';

/** Whether what is shown is true at this moment. */
export function ConnectionState({ connection }: { connection: Connection }) {
  return (
    <span
      className="connection"
      role="status"
      data-connection={connection.state}
      title={connection.state === 'reconnecting' ? connection.why : undefined}
    >
      <span className="dot" aria-hidden="true" />
      {wordsOf(connection)}
    </span>
  );
}

function wordsOf(connection: Connection): string {
  switch (connection.state) {
    case 'connecting':
      return 'connecting…';
    case 'live':
      return 'live';
    case 'reconnecting':
      return `reconnecting since ${timeOfDay(new Date(connection.since)).replace(/\.\d+/, '')}`;
  }
}
