import { VTEP_NAME } from '@heddle/dataplane';
import type { ConfigurationOf, NatsConnectionOptions } from '@heddle/platform';

/** What every VTEP of a cell is called and belongs to, as in Cloud Foundry. */
export const VTEP = { name: VTEP_NAME, vni: 1 } as const;
/** Replies come under this prefix, which is all that the rights of a cell allow it to hear. */
const INBOX = '_INBOX_CELL';

/** How a cell connects to the nats-server. */
export function connectionOf(config: ConfigurationOf<'cell-agent'>): NatsConnectionOptions {
  const { natsUrl, natsUser, natsPassword, cell } = config;
  return { servers: natsUrl, user: natsUser, pass: natsPassword, name: `heddle-agent-${cell}`, inboxPrefix: INBOX };
}
