import type { NatsUser, NatsUsers } from './nats-users';

/** What the configuration of one start of the server depends on. */
export interface ServerConfiguration {
  readonly port: number;
  /** Where JetStream keeps its streams; the server makes `jetstream/` in it. */
  readonly storeDirectory: string;
  readonly users: NatsUsers;
  /** Whether each message is on the disk before it is acknowledged. */
  readonly syncsAlways: boolean;
  /** The largest message, headers included; as large as an event can be without it. */
  readonly maxPayloadBytes?: number;
}

/**
 * One event holds whatever a body of 10 MiB asks for. Compressed, 134 000 policies take 0.15 MB, and 60 000 with GUIDs of their own
 * 3 MB; the most that was found is 16.7 MB, for two ids of 5 MB of random text, which stand in the event twice each. The server
 * warns above 8 MiB, and takes 64 MiB at most.
 */
const MAX_PAYLOAD_BYTES = 20 * 1024 * 1024;
/** What may wait for one slow client before it is cut off, in messages of the largest size. */
const MAX_PENDING_MESSAGES = 4;

/**
 * What a cell may do: say how it is, ask for its lease, read state documents, hear them live, and get answers in its own
 * inbox. It has no right to make a consumer, to read the log, or to publish a document.
 */
const CELL_RIGHTS = {
  publish: ['heddle.cell.>', 'heddle.lease.>', '$JS.API.DIRECT.GET.HEDDLE_STATE', '$JS.API.DIRECT.GET.HEDDLE_STATE.>'],
  subscribe: ['heddle.live.>', '_INBOX_CELL.>'],
};

/** The configuration file of the embedded nats-server. */
export function renderServerConfiguration(configuration: ServerConfiguration): string {
  const { port, storeDirectory, users, syncsAlways, maxPayloadBytes = MAX_PAYLOAD_BYTES } = configuration;
  return `# Written by Heddle at each start; changes are lost.
server_name: heddle-embedded
host: 127.0.0.1
port: ${port}
max_payload: ${maxPayloadBytes}
max_pending: ${MAX_PENDING_MESSAGES * maxPayloadBytes}
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
