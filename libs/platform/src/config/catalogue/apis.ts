import { z } from 'zod';
import { blocksOf, filePath, namesOf, SECONDS_PER_YEAR, type Setting, wholeNumber } from '../setting';

/** The APIs of the control plane: where they listen, and how they answer. */
export const apiSettings = {
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
  internalHealthPort: {
    env: 'HEDDLE_INTERNAL_HEALTH_PORT',
    description:
      'The TCP port on 127.0.0.1 where the internal API tells of its health, over plain HTTP: `/health` is 200, or 500 when log or database do not answer; `/` says since when it is up. It is there when the internal API is; 0 takes a free one.',
    default: '31946',
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
  leasesHost: {
    env: 'HEDDLE_LEASES_HOST',
    description: 'The address the API of silk daemons listens on, when it has certificates.',
    default: '0.0.0.0',
    expects: 'an address or a host name',
    schema: z.string().regex(/^[A-Za-z0-9._:-]+$/),
  },
  leasesPort: {
    env: 'HEDDLE_LEASES_PORT',
    description: 'The TCP port the API of silk daemons listens on; 0 takes a free one.',
    default: '4103',
    ...wholeNumber(0, 65_535),
  },
  leasesHealthPort: {
    env: 'HEDDLE_LEASES_HEALTH_PORT',
    description:
      'The TCP port on loopback where `GET /health` says whether silk daemons can be answered; 0 takes a free one.',
    default: '19683',
    ...wholeNumber(0, 65_535),
  },
  leasesTlsCert: {
    env: 'HEDDLE_LEASES_TLS_CERT',
    description:
      'The certificate of the API of silk daemons, in PEM, with those between it and its authority. Without it there is no such API.',
    ...filePath,
  },
  leasesTlsKey: {
    env: 'HEDDLE_LEASES_TLS_KEY',
    description: 'The private key of `HEDDLE_LEASES_TLS_CERT`, in PEM; an RSA key for daemons that speak TLS 1.2.',
    ...filePath,
  },
  leasesTlsCa: {
    env: 'HEDDLE_LEASES_TLS_CA',
    description: 'The authority whose certificates silk daemons must have, in PEM.',
    ...filePath,
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
  trustedProxies: {
    env: 'HEDDLE_TRUSTED_PROXIES',
    description:
      'The proxies in front of the HTTP API, such as the gorouters of Cloud Foundry: blocks or addresses, with commas between them. From these alone `X-Forwarded-For` is believed; without it a change is recorded with the address of the connection.',
    ...blocksOf,
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
} as const satisfies Record<string, Setting<unknown>>;
