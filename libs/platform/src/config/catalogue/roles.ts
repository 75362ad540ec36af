import { z } from 'zod';
import { namesOf, type Setting } from '../setting';

/** What a control plane can do beside answering. */
const ROLES = ['leases', 'group-sync', 'cleanup', 'checkpoints'] as const;

/** What is done by which process. */
export const roleSettings = {
  roles: {
    env: 'HEDDLE_ROLES',
    description:
      'What this process does beside answering the HTTP API and the internal API: `leases` answers cells and silk daemons that want leases, and ends those that nobody renews; `group-sync` follows the security groups of the Cloud Controller; `cleanup` removes policies of apps that are gone; `checkpoints` signs what the log is. Each role must be with at least one process.',
    default: ROLES.join(','),
    expects: `roles out of ${ROLES.join(', ')}, with commas between them`,
    schema: namesOf.schema.pipe(z.array(z.enum(ROLES))),
  },
} as const satisfies Record<string, Setting<unknown>>;
