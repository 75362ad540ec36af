import { filePath, SECONDS_PER_YEAR, type Setting, wholeNumber } from '../setting';

/** What vouches for the log. */
export const auditSettings = {
  auditKeyFile: {
    env: 'HEDDLE_AUDIT_KEY_FILE',
    description:
      'The keys that checkpoints of the log and exported bundles are signed with, in PEM: the first one, a private Ed25519 key, signs; what the others signed, private or public, is believed. Made at the first start. Several control planes need the same. Without it, `audit.key` in the data directory.',
    ...filePath,
  },
  checkpointIntervalSeconds: {
    env: 'HEDDLE_CHECKPOINT_INTERVAL',
    description: 'How often the control plane signs what the log is, if it has grown.',
    unit: 'seconds',
    default: '3600',
    ...wholeNumber(1, SECONDS_PER_YEAR),
  },
  placementsMaxAgeDays: {
    env: 'HEDDLE_PLACEMENTS_MAX_AGE',
    description:
      'How long it is kept where containers were, and by which settings the rules of cells were made, after that has ended.',
    unit: 'days',
    default: '90',
    ...wholeNumber(1, 3_650),
  },
} as const satisfies Record<string, Setting<unknown>>;
