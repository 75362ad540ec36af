import { z } from 'zod';
import { type Setting, urlOf } from '../setting';

/** The servers that keep what Heddle knows: the log, and the read model. */
export const storeSettings = {
  natsUrl: {
    env: 'NATS_URL',
    description:
      'The nats-server to use, with `user:password@` if it wants that. Without it an embedded one is started.',
    isSecret: true,
    ...urlOf(['nats:', 'tls:'], { many: true }),
  },
  natsUser: {
    env: 'HEDDLE_NATS_USER',
    description: 'The user at the nats-server, if `NATS_URL` does not carry it.',
    expects: 'a name',
    schema: z.string().min(1),
  },
  natsPassword: {
    env: 'HEDDLE_NATS_PASSWORD',
    description: 'The password of `HEDDLE_NATS_USER`.',
    isSecret: true,
    expects: 'a password',
    schema: z.string().min(1),
  },
  databaseUrl: {
    env: 'DATABASE_URL',
    description: 'The PostgreSQL database of the read model. Without it SQLite is used, in the data directory.',
    isSecret: true,
    ...urlOf(['postgres:', 'postgresql:']),
  },
} as const satisfies Record<string, Setting<unknown>>;
