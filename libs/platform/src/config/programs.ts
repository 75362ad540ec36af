import type { SettingName, Settings } from './catalogue';

interface Slice {
  /** What the program reads. */
  readonly reads: readonly SettingName[];
  /** What it cannot do without, of the settings that have no default. */
  readonly requires: readonly SettingName[];
}

const everywhere = ['configFile', 'logLevel', 'debug'] as const;
const nats = ['natsUrl', 'natsUser', 'natsPassword'] as const;
const http = ['httpHost', 'httpPort'] as const;
const external = ['httpTlsCert', 'httpTlsKey', 'trustedProxies', 'allowedCorsDomains', 'tagLength'] as const;
const cells = ['dataplane', 'iptables', 'vxlanPort', 'cutLive'] as const;
const leases = [
  ...(['overlayNetworks', 'overlayDrainedNetworks', 'overlayBlockPrefix'] as const),
  ...(['leaseExpirationSeconds', 'leaseQuarantineSeconds', 'leaseRenewIntervalSeconds'] as const),
] as const;

const access = [
  ...(['uaaUrl', 'uaaClient', 'uaaClientSecret', 'uaaCa', 'uaaVerify', 'uaaIssuer', 'ccUrl', 'ccCa'] as const),
  ...(['spaceDeveloperSelfService', 'maxPoliciesPerAppSource'] as const),
  ...(['policyCleanupIntervalMinutes', 'cleanupMaxShare'] as const),
] as const;
const policies = ['tagQuarantineSeconds'] as const;
const refused = ['refusedMaxAgeDays', 'refusedMaxMib', 'refusedMaxCount'] as const;
const audit = ['auditKeyFile', 'checkpointIntervalSeconds', 'placementsMaxAgeDays'] as const;
const internal = [
  ...([
    'internalHost',
    'internalPort',
    'internalHealthPort',
    'internalTlsCert',
    'internalTlsKey',
    'internalTlsCa',
  ] as const),
  'internalAllowedSubjects',
  'asgSyncIntervalSeconds',
] as const;

const overlay = [
  ...(['partitionToleranceSeconds', 'offlineStartAfterSeconds', 'mostPeersMissing', 'singleAddress'] as const),
  ...(['overlayCheckIntervalSeconds', 'selfTest', 'silkDaemonPort', 'forcePollPort'] as const),
] as const;

/** What containers may reach outside; whoever starts agents passes it on. */
const outside = [
  ...(['securityGroups', 'dnsServers', 'hostTcpServices', 'hostUdpServices'] as const),
  ...(['denyNetworks', 'denyNetworksRunning', 'denyNetworksStaging', 'unmaskedNetworks'] as const),
  ...(['logOutside', 'refusalsLoggedPerSecond', 'datagramsLoggedPerSecond'] as const),
  ...(['limitConnections', 'connectionsPerSecond', 'connectionsAtOnce'] as const),
] as const;

const silk = [
  ...(['leasesHost', 'leasesPort', 'leasesHealthPort'] as const),
  ...(['leasesTlsCert', 'leasesTlsKey', 'leasesTlsCa'] as const),
] as const;

/** Which program reads which settings. */
export const programs = {
  launcher: {
    reads: [
      ...everywhere,
      'dataDir',
      ...http,
      ...nats,
      'databaseUrl',
      'lab',
      'labCells',
      ...leases,
      ...policies,
      ...cells,
    ],
    requires: [],
  },
  'control-plane': {
    reads: [
      ...everywhere,
      'dataDir',
      ...http,
      ...external,
      'roles',
      ...internal,
      ...silk,
      ...nats,
      'databaseUrl',
      ...leases,
      ...policies,
      ...refused,
      ...audit,
      ...access,
    ],
    requires: [],
  },
  'cell-agent': {
    reads: [
      ...everywhere,
      ...nats,
      'cell',
      'underlayAddress',
      'agentSocket',
      'stateDir',
      ...cells,
      'leaseRenewIntervalSeconds',
      ...overlay,
      ...outside,
      'drainTimeoutSeconds',
    ],
    requires: ['natsUrl', 'cell', 'underlayAddress'],
  },
  cli: { reads: [...everywhere, 'dataDir', 'url', 'token'], requires: [] },
} as const satisfies Record<string, Slice>;

/** The programs Heddle consists of. */
export type Program = keyof typeof programs;

type Reads<P extends Program> = (typeof programs)[P]['reads'][number];
type Requires<P extends Program> = (typeof programs)[P]['requires'][number];

/** The settings of one program. */
export type ConfigurationOf<P extends Program> = {
  readonly [Name in Reads<P>]: Name extends Requires<P> ? NonNullable<Settings[Name]> : Settings[Name];
};
