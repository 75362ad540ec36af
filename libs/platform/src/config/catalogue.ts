import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { parseBlock } from '@heddle/domain';
import { LOG_LEVELS } from '../logging/levels';
import { filePath, namesOf, onOrOff, oneOf, type Setting, socketPath, urlOf, wholeNumber } from './setting';

const SECONDS_PER_YEAR = 31_536_000;

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
  ccUrl: {
    env: 'HEDDLE_CC_URL',
    description: 'The Cloud Controller of Cloud Foundry. Without it there is none.',
    ...urlOf(['http:', 'https:']),
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
  overlayNetwork: {
    env: 'HEDDLE_OVERLAY_NETWORK',
    description: 'The block all container addresses come from.',
    default: '10.255.0.0/16',
    expects: 'an IPv4 block such as 10.255.0.0/16, with no bits set behind its prefix',
    schema: z.string().refine(isBlock),
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
  leaseRenewIntervalSeconds: {
    env: 'HEDDLE_LEASE_RENEW_INTERVAL',
    description: 'How often a cell renews its lease.',
    unit: 'seconds',
    default: '30',
    ...wholeNumber(1, SECONDS_PER_YEAR),
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

function isBlock(text: string): boolean {
  try {
    parseBlock(text);
    return true;
  } catch {
    return false;
  }
}
