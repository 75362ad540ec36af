import { type Setting, wholeNumber } from '../setting';

/** How much is kept of what was refused. */
export const refusedSettings = {
  refusedMaxAgeDays: {
    env: 'HEDDLE_REFUSED_MAX_AGE',
    description: 'How long refused attempts are kept at most.',
    unit: 'days',
    default: '30',
    ...wholeNumber(1, 3_650),
  },
  refusedMaxMib: {
    env: 'HEDDLE_REFUSED_MAX_SIZE',
    description: 'How much room refused attempts take at most; the oldest go first.',
    unit: 'MiB',
    default: '64',
    ...wholeNumber(1, 1_048_576),
  },
  refusedMaxCount: {
    env: 'HEDDLE_REFUSED_MAX_COUNT',
    description: 'How many refused attempts are kept at most; of these, a hundredth for each one who asked.',
    unit: 'attempts',
    default: '100000',
    ...wholeNumber(100, 100_000_000),
  },
} as const satisfies Record<string, Setting<unknown>>;
