import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { LOG_LEVELS } from '../logging/levels';
import {
  blocksOf,
  filePath,
  namesOf,
  onOrOff,
  oneOf,
  type Setting,
  share,
  socketPath,
  urlOf,
  wholeNumber,
} from './setting';

const SECONDS_PER_YEAR = 31_536_000;
/** What fits into a timer of Node: 24 days. */
const LONGEST_TIMER_SECONDS = 2_147_483;

/** Everything that can be configured, in the order of the reference page. */
export const catalogue = {
  configFile: {
    env: 'HEDDLE_CONFIG',
    description: 'A file with settings, in YAML or JSON. What the environment says wins over the file.',
    isEnvironmentOnly: true,
    ...filePath,
  },
  dataDir: {
    env: 'HEDDLE_DATA_DIR',
    description:
      'Where Heddle keeps its data: signing key, admin token, SQLite read model, and the store of the embedded nats-server.',
    default: './.heddle',
    ...filePath,
  },
  httpHost: {
    env: 'HEDDLE_HTTP_HOST',
    description: 'The address the HTTP API listens on. Nobody outside the machine reaches the default.',
    default: '127.0.0.1',
    expects: 'an address or a host name',
    schema: z.string().regex(/^[A-Za-z0-9._:-]+$/),
  },
  httpPort: {
    env: 'HEDDLE_HTTP_PORT',
    description: 'The TCP port the HTTP API listens on; 0 takes a free one.',
    default: '4002',
    ...wholeNumber(0, 65_535),
  },
  internalHost: {
    env: 'HEDDLE_INTERNAL_HOST',
    description: "The address the internal API of Cloud Foundry's cells listens on, when it has certificates.",
    default: '0.0.0.0',
    expects: 'an address or a host name',
    schema: z.string().regex(/^[A-Za-z0-9._:-]+$/),
  },
  internalPort: {
    env: 'HEDDLE_INTERNAL_PORT',
    description: 'The TCP port the internal API listens on; 0 takes a free one.',
    default: '4003',
    ...wholeNumber(0, 65_535),
  },
  internalTlsCert: {
    env: 'HEDDLE_INTERNAL_TLS_CERT',
    description:
      'The certificate of the internal API, in PEM, with those between it and its authority. Without it there is no internal API.',
    ...filePath,
  },
  internalTlsKey: {
    env: 'HEDDLE_INTERNAL_TLS_KEY',
    description: 'The private key of `HEDDLE_INTERNAL_TLS_CERT`, in PEM; an RSA key for cells that speak TLS 1.2.',
    ...filePath,
  },
  internalTlsCa: {
    env: 'HEDDLE_INTERNAL_TLS_CA',
    description: 'The authority whose certificates the clients of the internal API must have, in PEM.',
    ...filePath,
  },
  internalAllowedSubjects: {
    env: 'HEDDLE_INTERNAL_ALLOWED_SUBJECTS',
    description:
      'Whose certificates may use the internal API: common names or DNS names, with commas between them. Without it, everyone with a certificate of the authority.',
    ...namesOf,
  },
  httpTlsCert: {
    env: 'HEDDLE_HTTP_TLS_CERT',
    description:
      'A file with the certificate of the HTTP API, and those above it, in PEM. With it the API speaks TLS only.',
    ...filePath,
  },
  httpTlsKey: {
    env: 'HEDDLE_HTTP_TLS_KEY',
    description: 'A file with the private key of `HEDDLE_HTTP_TLS_CERT`, in PEM.',
    ...filePath,
  },
  allowedCorsDomains: {
    env: 'HEDDLE_ALLOWED_CORS_DOMAINS',
    description:
      "Whose pages may call Cloud Foundry's API from a browser: origins such as `https://apps.example.org`, with commas between them; `*` lets every page.",
    expects: 'origins without spaces, with commas between them',
    schema: z
      .string()
      .regex(/^[\x21-\x7e]+$/)
      .transform((text) => text.split(',')),
  },
  tagLength: {
    env: 'HEDDLE_TAG_LENGTH',
    description:
      'How many bytes a tag has where Cloud Foundry shows it. With 1 there are 255 tags; with more there are 65535, since the network header carries two bytes.',
    unit: 'bytes',
    default: '2',
    ...wholeNumber(1, 3),
  },
  asgSyncIntervalSeconds: {
    env: 'HEDDLE_ASG_SYNC_INTERVAL',
    description: 'How often Cloud Controller is asked for its security groups.',
    unit: 'seconds',
    default: '60',
    ...wholeNumber(1, SECONDS_PER_YEAR),
  },
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
  logLevel: {
    env: 'HEDDLE_LOG_LEVEL',
    description: 'How much is logged to stderr.',
    default: 'info',
    ...oneOf(LOG_LEVELS),
  },
  debug: {
    env: 'HEDDLE_DEBUG',
    description: 'Whether a program that ends with an error shows where in the code it came from.',
    default: 'off',
    isEnvironmentOnly: true,
    ...onOrOff,
  },
  lab: {
    env: 'HEDDLE_LAB',
    description:
      'Whether the start also makes a lab of cells in network namespaces: `auto` makes it where that is possible, `on` fails where it is not.',
    default: 'auto',
    ...oneOf(['auto', 'on', 'off']),
  },
  labCells: {
    env: 'HEDDLE_LAB_CELLS',
    description: 'How many cells the lab has.',
    unit: 'cells',
    default: '2',
    ...wholeNumber(1, 16),
  },
  overlayNetworks: {
    env: 'HEDDLE_OVERLAY_NETWORKS',
    description:
      'The blocks all container addresses come from, with commas between them; they must not overlap. Leases outside them stay until they end, new ones come from here.',
    default: '10.255.0.0/16',
    ...blocksOf,
  },
  overlayBlockPrefix: {
    env: 'HEDDLE_OVERLAY_BLOCK_PREFIX',
    description: 'The prefix length of the block each cell leases; 24 gives 254 containers per cell.',
    unit: 'bits',
    default: '24',
    ...wholeNumber(1, 30),
  },
  leaseExpirationSeconds: {
    env: 'HEDDLE_LEASE_EXPIRATION',
    description: 'How long the lease of a cell that is not heard of stays its own.',
    unit: 'seconds',
    default: '604800',
    ...wholeNumber(1, SECONDS_PER_YEAR),
  },
  leaseQuarantineSeconds: {
    env: 'HEDDLE_LEASE_QUARANTINE',
    description:
      'How long the subnet of a lease that expired or was taken away is given to no other cell. It is free as soon as its old holder says that it has stopped using it; the time is for holders that never come back.',
    unit: 'seconds',
    default: '3600',
    ...wholeNumber(0, SECONDS_PER_YEAR),
  },
  leaseRenewIntervalSeconds: {
    env: 'HEDDLE_LEASE_RENEW_INTERVAL',
    description: 'How often a cell renews its lease.',
    unit: 'seconds',
    default: '30',
    ...wholeNumber(1, SECONDS_PER_YEAR),
  },
  uaaUrl: {
    env: 'HEDDLE_UAA_URL',
    description:
      "Cloud Foundry's UAA, which then says whose every token is. Without it only tokens made by Heddle itself are accepted.",
    ...urlOf(['https:', 'http:']),
  },
  uaaClient: {
    env: 'HEDDLE_UAA_CLIENT',
    description: 'The client Heddle is at UAA; it needs uaa.resource and cloud_controller.admin_read_only.',
    default: 'network-policy',
    expects: 'a name',
    schema: z.string().min(1),
  },
  uaaClientSecret: {
    env: 'HEDDLE_UAA_CLIENT_SECRET',
    description: 'The secret of `HEDDLE_UAA_CLIENT`.',
    isSecret: true,
    expects: 'a secret',
    schema: z.string().min(1),
  },
  uaaCa: {
    env: 'HEDDLE_UAA_CA',
    description: 'A file with the certificates UAA is trusted by, in PEM. Without it those of Node count.',
    ...filePath,
  },
  uaaVerify: {
    env: 'HEDDLE_UAA_VERIFY',
    description:
      'How tokens are checked: `remote` asks UAA about each, `local` checks its signature with the keys UAA publishes, which goes on while UAA is away but does not hear of revoked tokens.',
    default: 'remote',
    ...oneOf(['remote', 'local']),
  },
  uaaIssuer: {
    env: 'HEDDLE_UAA_ISSUER',
    description:
      'Who must have issued a token that is checked locally, as its claim `iss` says. Without it `<HEDDLE_UAA_URL>/oauth/token`.',
    expects: 'a URL as UAA writes it into tokens',
    schema: z.string().min(1),
  },
  ccUrl: {
    env: 'HEDDLE_CC_URL',
    description:
      'The Cloud Controller, which says which apps there are and who develops them. Without it only administrators may change and see policies.',
    ...urlOf(['https:', 'http:']),
  },
  ccCa: {
    env: 'HEDDLE_CC_CA',
    description:
      'A file with the certificates the Cloud Controller is trusted by, in PEM. Without it those of Node count.',
    ...filePath,
  },
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
  cell: {
    env: 'HEDDLE_CELL',
    description: 'The id of the cell an agent works for, unique among all cells.',
    expects: 'one to 63 letters, digits, - and _',
    schema: z.string().regex(/^[A-Za-z0-9_-]{1,63}$/),
  },
  underlayAddress: {
    env: 'HEDDLE_UNDERLAY_ADDRESS',
    description: 'The address under which the other cells reach this one.',
    expects: 'an IPv4 address',
    schema: z.string().refine(isIPv4),
  },
  agentSocket: {
    env: 'HEDDLE_AGENT_SOCKET',
    description: 'The unix socket over which containers are added to and removed from a cell.',
    default: '/run/heddle/agent.sock',
    ...socketPath,
  },
  stateDir: {
    env: 'HEDDLE_STATE_DIR',
    description: 'Where an agent keeps what it has to know again after a restart.',
    default: '/var/lib/heddle',
    ...filePath,
  },
  vxlanPort: {
    env: 'HEDDLE_VXLAN_PORT',
    description: 'The UDP port of the VXLAN between the cells.',
    default: '4789',
    ...wholeNumber(1, 65_535),
  },
  partitionToleranceSeconds: {
    env: 'HEDDLE_PARTITION_TOLERANCE',
    description:
      "How long a cell that can ask nobody goes on forwarding. After that its subnet may be another's, so it stops until somebody answers.",
    unit: 'seconds',
    default: '604800',
    ...wholeNumber(1, LONGEST_TIMER_SECONDS),
  },
  offlineStartAfterSeconds: {
    env: 'HEDDLE_OFFLINE_START_AFTER',
    description:
      'How long an agent that starts waits for its lease before it works with what it kept on disk, if it kept anything.',
    unit: 'seconds',
    default: '5',
    ...wholeNumber(0, SECONDS_PER_YEAR),
  },
  mostPeersMissing: {
    env: 'HEDDLE_MOST_PEERS_MISSING',
    description:
      'Which share of the other cells may be missing, without a word that their leases have ended, from what an agent reads at its start; when it is more, everything held stays.',
    default: '0.5',
    ...share,
  },
  singleAddress: {
    env: 'HEDDLE_SINGLE_ADDRESS',
    description: 'Whether the cell takes one overlay address, for itself alone, instead of a block for containers.',
    default: 'off',
    ...onOrOff,
  },
  overlayCheckIntervalSeconds: {
    env: 'HEDDLE_OVERLAY_CHECK_INTERVAL',
    description:
      'How often an agent compares the VTEP and the entries of its peers with the kernel and mends them, on average: half to one and a half of it pass in between.',
    unit: 'seconds',
    default: '60',
    ...wholeNumber(1, SECONDS_PER_YEAR),
  },
  selfTest: {
    env: 'HEDDLE_SELF_TEST',
    description:
      'Whether an agent sends a few packets to one of the changed peers after leases have changed, and raises an alarm when they do not arrive.',
    default: 'off',
    ...onOrOff,
  },
  silkDaemonPort: {
    env: 'HEDDLE_SILK_DAEMON_PORT',
    description:
      'The TCP port on 127.0.0.1 where the agent answers as silk-daemon does, for an unmodified silk-cni; 23954 in Cloud Foundry. Without it there is no such API.',
    ...wholeNumber(1, 65_535),
  },
  drainTimeoutSeconds: {
    env: 'HEDDLE_DRAIN_TIMEOUT',
    description: 'How long the teardown of a cell waits for its containers to go before it goes on regardless.',
    unit: 'seconds',
    default: '600',
    ...wholeNumber(0, SECONDS_PER_YEAR),
  },
  url: {
    env: 'HEDDLE_URL',
    description: 'The HTTP API the command line talks to.',
    default: 'http://127.0.0.1:4002',
    ...urlOf(['http:', 'https:']),
  },
  token: {
    env: 'HEDDLE_TOKEN',
    description: 'The bearer token of the command line. Without it the admin token in the data directory is used.',
    isSecret: true,
    expects: 'a token without spaces',
    schema: z.string().regex(/^\S+$/),
  },
} as const satisfies Record<string, Setting<unknown>>;

type Catalogue = typeof catalogue;

/** The name of a setting in the code. */
export type SettingName = keyof Catalogue;

/** The value of each setting; undefined only where there is no default. */
export type Settings = {
  readonly [Name in SettingName]:
    z.output<Catalogue[Name]['schema']> | (Catalogue[Name] extends { default: string } ? never : undefined);
};
