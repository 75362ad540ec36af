import { join } from 'node:path';
import { auditDecider } from '@heddle/domain';
import { Ledger, readCheckpoints, type EventLog, type LogFollower } from '@heddle/event-log';
import {
  ensureKeyRing,
  type ConfigurationOf,
  type KeyRing,
  type Logger,
  type NatsConnection,
  type Opened,
} from '@heddle/platform';
import type { AuditLedger } from '../core/ledgers';
import { Checkpointer } from './checkpointer';
import { LogIntegrity } from './log-integrity';

interface Parts {
  readonly config: ConfigurationOf<'control-plane'>;
  readonly connection: NatsConnection;
  readonly log: EventLog;
  readonly follower: LogFollower;
  readonly logger: Logger;
  readonly opened: Opened;
}

/** What vouches for the log. */
export interface Audit {
  readonly ring: KeyRing;
  readonly ledger: AuditLedger;
  readonly integrity: LogIntegrity;
  readonly checkpointer: Checkpointer;
  /** The log was folded to its end. */
  begin(): void;
}

/**
 * Opens what looks after the log; before the follower starts, since it looks at every event.
 * @throws {FatalError} when the key cannot be used; {@link LogUnavailable} when the server does not answer.
 */
export async function openAudit({ config, connection, log, follower, logger, opened }: Parts): Promise<Audit> {
  const ring = await ensureKeyRing(config.auditKeyFile ?? join(config.dataDir, 'audit.key'));
  const checkpoints = await readCheckpoints(connection);
  const ledger = new Ledger('audit', auditDecider, log, follower);
  const integrity = new LogIntegrity({ follower, audit: ledger, checkpoints, keys: ring.keys, logger });
  const last = checkpoints.findLast(({ keyId }) => keyId === ring.id);
  const checkpointer = new Checkpointer({ connection, integrity, ring, last, logger });
  opened.add(() => checkpointer.close());
  return {
    ...{ ring, ledger, integrity, checkpointer },
    begin: () => {
      integrity.reachedEnd();
      if (config.roles.includes('checkpoints')) checkpointer.start(config.checkpointIntervalSeconds * 1000);
    },
  };
}
