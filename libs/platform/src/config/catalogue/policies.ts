import { onOrOff, SECONDS_PER_YEAR, type Setting, share, wholeNumber } from '../setting';

/** What bounds the policies, and when they and their tags are let go. */
export const policySettings = {
  spaceDeveloperSelfService: {
    env: 'HEDDLE_SPACE_DEVELOPER_SELF_SERVICE',
    description: 'Whether developers of a space may change its policies without the scope `network.write`.',
    default: 'off',
    ...onOrOff,
  },
  maxPoliciesPerAppSource: {
    env: 'HEDDLE_MAX_POLICIES_PER_APP_SOURCE',
    description: 'Of how many policies an app may be the source when somebody adds some who is no administrator.',
    unit: 'policies',
    default: '150',
    ...wholeNumber(1, 1_000_000),
  },
  policyCleanupIntervalMinutes: {
    env: 'HEDDLE_POLICY_CLEANUP_INTERVAL',
    description: 'How often policies are removed whose apps the Cloud Controller no longer has.',
    unit: 'minutes',
    default: '60',
    ...wholeNumber(1, 10_080),
  },
  cleanupMaxShare: {
    env: 'HEDDLE_CLEANUP_MAX_SHARE',
    description:
      'Which share of all policies one cleanup removes at most; when it would be more, the Cloud Controller is not believed and nothing is removed.',
    default: '0.5',
    ...share,
  },
  tagQuarantineSeconds: {
    env: 'HEDDLE_TAG_QUARANTINE',
    description:
      'How long a released tag is given to no other app at most. It is free as soon as every cell concerned has confirmed that it dropped it; the time is for cells that never answer again.',
    unit: 'seconds',
    default: '300',
    ...wholeNumber(0, SECONDS_PER_YEAR),
  },
} as const satisfies Record<string, Setting<unknown>>;
