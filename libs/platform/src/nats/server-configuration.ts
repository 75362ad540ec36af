import type { NatsUser, NatsUsers } from './nats-users';

/** What the configuration of one start of the server depends on. */
export interface ServerConfiguration {
  readonly port: number;
  /** Where JetStream keeps its streams; the server makes `jetstream/` in it. */
  readonly storeDirectory: string;
  readonly users: NatsUsers;
  /** Whether each message is on the disk before it is acknowledged. */
  readonly syncsAlways: boolean;
}

/** Eight times the server's default, so that one event holds some 30 thousand policies; more is advised against by its makers. */
const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;
/** What may wait for one slow client before it is cut off; it must hold several of the largest messages. */
const MAX_PENDING_BYTES = 8 * MAX_PAYLOAD_BYTES;

/**
 * What a cell may do: say how it is, ask for its lease, read state documents, hear them live, and get answers in its own
 * inbox. It has no right to make a consumer, to read the log, or to publish a document.
 */
const CELL_RIGHTS = {
  publish: ['heddle.cell.>', 'heddle.lease.>', '$JS.API.DIRECT.GET.HEDDLE_STATE', '$JS.API.DIRECT.GET.HEDDLE_STATE.>'],
  subscribe: ['heddle.live.>', '_INBOX_CELL.>'],
};

/** The configuration file of the embedded nats-server. */
export function renderServerConfiguration({ port, storeDirectory, users, syncsAlways }: ServerConfiguration): string {
  return `# Written by Heddle at each start; changes are lost.
server_name: heddle-embedded
host: 127.0.0.1
port: ${port}
max_payload: ${MAX_PAYLOAD_BYTES}
max_pending: ${MAX_PENDING_BYTES}
jetstream {
  store_dir: ${quoted(storeDirectory)}${syncsAlways ? '\n  sync_interval: always' : ''}
}
authorization {
  users: [
    { ${credentialsOf(users.control)} }
    {
      ${credentialsOf(users.cell)}
      permissions: {
        publish: [${CELL_RIGHTS.publish.map(quoted).join(', ')}]
        subscribe: [${CELL_RIGHTS.subscribe.map(quoted).join(', ')}]
      }
    }
  ]
}
`;
}

function credentialsOf({ user, pass }: NatsUser): string {
  return `user: ${quoted(user)}, password: ${quoted(pass)}`;
}

/** The server reads strings in double quotes with the escapes of JSON. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
