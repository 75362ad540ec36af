import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../errors';
import { type Environment, readConfiguration } from './read-configuration';
import type { Program } from './programs';

/** The problems reported, one per line. */
function problems(program: Program, environment: Environment): string[] {
  try {
    readConfiguration(program, environment);
  } catch (error) {
    if (error instanceof UserError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('the configuration of a program', () => {
  it('has its defaults', () =>
    expect(readConfiguration('control-plane', {})).toEqual({
      logLevel: 'info',
      debug: false,
      dataDir: './.heddle',
      httpHost: '127.0.0.1',
      httpPort: 4002,
      internalHost: '0.0.0.0',
      internalPort: 4003,
      leasesHost: '0.0.0.0',
      leasesPort: 4103,
      leasesHealthPort: 19_683,
      roles: ['leases', 'group-sync', 'cleanup', 'checkpoints'],
      checkpointIntervalSeconds: 3_600,
      tagLength: 2,
      asgSyncIntervalSeconds: 60,
      overlayNetworks: ['10.255.0.0/16'],
      tagQuarantineSeconds: 300,
      overlayBlockPrefix: 24,
      leaseExpirationSeconds: 604_800,
      leaseQuarantineSeconds: 3600,
      leaseRenewIntervalSeconds: 30,
      uaaClient: 'network-policy',
      uaaVerify: 'remote',
      spaceDeveloperSelfService: false,
      maxPoliciesPerAppSource: 150,
      placementsMaxAgeDays: 90,
      policyCleanupIntervalMinutes: 60,
      internalHealthPort: 31_946,
      refusedMaxAgeDays: 30,
      refusedMaxCount: 100_000,
      refusedMaxMib: 64,
      cleanupMaxShare: 0.5,
    }));

  it('turns text into numbers and switches', () =>
    expect(
      readConfiguration('launcher', { HEDDLE_LAB_CELLS: '16', HEDDLE_DEBUG: '1', HEDDLE_LAB: 'off' }),
    ).toMatchObject({ labCells: 16, debug: true, lab: 'off' }));

  it('takes roles out of those there are', () => {
    expect(readConfiguration('control-plane', { HEDDLE_ROLES: 'cleanup, leases' }).roles).toEqual([
      'cleanup',
      'leases',
    ]);
    expect(problems('control-plane', { HEDDLE_ROLES: 'lease,cleanup' })).toEqual([
      expect.stringMatching(
        /HEDDLE_ROLES is 'lease,cleanup', but must be roles out of leases, group-sync, cleanup, checkpoints/,
      ),
    ]);
  });

  it('turns names with commas into a list', () => {
    const subjects = (text: string) => ({ HEDDLE_INTERNAL_ALLOWED_SUBJECTS: text });
    expect(readConfiguration('control-plane', subjects('a, b.c ,d')).internalAllowedSubjects).toEqual([
      'a',
      'b.c',
      'd',
    ]);
    expect(problems('control-plane', subjects('a,,b'))).toHaveLength(1);
  });

  it('takes an empty variable for one that is not set', () =>
    expect(readConfiguration('launcher', { HEDDLE_HTTP_PORT: '', NATS_URL: '', HEDDLE_CONFIG: '' })).toMatchObject({
      httpPort: 4002,
    }));

  it('wants what a program cannot do without', () =>
    expect(problems('cell-agent', { HEDDLE_CELL: 'cell-1' })).toEqual([
      'NATS_URL is not set, but must be a URL that begins with nats:// or tls://, or several with commas between them',
      'HEDDLE_UNDERLAY_ADDRESS is not set, but must be an IPv4 address',
    ]));

  it('leaves the values of settings it does not read to those who do', () =>
    expect(problems('cli', { HEDDLE_LAB_CELLS: 'many' })).toEqual([]));

  it('reports everything that is wrong at once', () =>
    expect(problems('launcher', { HEDDLE_HTTP_PROT: '1', HEDDLE_HTTP_PORT: '65536', HEDDLE_LAB: 'yes' })).toEqual([
      'HEDDLE_HTTP_PROT is not known: did you mean HEDDLE_HTTP_PORT?',
      "HEDDLE_HTTP_PORT is '65536', but must be a whole number from 0 to 65535",
      "HEDDLE_LAB is 'yes', but must be one of auto, on, off",
    ]));

  it('leaves variables of other programs alone', () =>
    expect(problems('cli', { NATS_URLS: 'x', PATH: '/' })).toEqual([]));

  it.each([
    ['HEDDLE_HTTP_PORT', '1.5'],
    ['HEDDLE_HTTP_PORT', '-1'],
    ['HEDDLE_HTTP_PORT', '0x10'],
    ['HEDDLE_HTTP_PORT', ' 80'],
    ['HEDDLE_HTTP_PORT', '9'.repeat(400)],
    ['HEDDLE_HTTP_HOST', 'a b'],
    ['HEDDLE_LAB_CELLS', '0'],
    ['HEDDLE_LAB_CELLS', '17'],
    ['HEDDLE_LOG_LEVEL', 'loud'],
    ['HEDDLE_OVERLAY_NETWORKS', '10.255.0.1/16'],
    ['HEDDLE_OVERLAY_NETWORKS', '10.255.0.0'],
    ['HEDDLE_OVERLAY_NETWORKS', '10.255.0.0/16,'],
    ['HEDDLE_OVERLAY_NETWORKS', '10.254.0.0/15,10.255.0.0/16'],
    ['HEDDLE_OVERLAY_NETWORKS', '10.255.0.0/16,10.255.0.0/16'],
    ['HEDDLE_DATA_DIR', 'a\0b'],
  ])('refuses %s=%j', (name, text) => {
    expect(problems('launcher', { [name]: text })[0]).toContain(`${name} is '${text}', but must be `);
  });

  it.each(['nats://', 'http://a:1', 'a:4222', 'nats://a:4222,', 'nats://a:99999'])('refuses NATS_URL=%s', (url) =>
    expect(problems('launcher', { NATS_URL: url })).toHaveLength(1),
  );

  it.each(['nats://u:p@a:4222', 'tls://a', 'nats://a:4222,nats://b:4222'])('takes NATS_URL=%s', (url) =>
    expect(readConfiguration('launcher', { NATS_URL: url }).natsUrl).toBe(url),
  );

  it('does not show secrets in its complaints', () =>
    expect(problems('control-plane', { DATABASE_URL: 'mysql://root:hunter2@db/x' }).join()).not.toContain('hunter2'));

  it('takes several origins', () =>
    expect(
      readConfiguration('control-plane', { HEDDLE_ALLOWED_CORS_DOMAINS: 'https://a.example,*' }).allowedCorsDomains,
    ).toEqual(['https://a.example', '*']));

  it('takes blocks and addresses of proxies', () =>
    expect(
      readConfiguration('control-plane', { HEDDLE_TRUSTED_PROXIES: '10.0.16.0/24, 10.0.17.3,fd00::/8' }).trustedProxies,
    ).toEqual(['10.0.16.0/24', '10.0.17.3', 'fd00::/8']));

  it.each(['gorouter', '10.0.0.0/33', '10.0.0.0/', 'fd00::/129', '10.0.0.1,', '10.0.0.0/8/8', 'fe80::1%eth0'])(
    'refuses HEDDLE_TRUSTED_PROXIES=%s',
    (text) => expect(problems('control-plane', { HEDDLE_TRUSTED_PROXIES: text })).toHaveLength(1),
  );

  it.each(['0', '1', '0.25', '1.0'])('takes HEDDLE_CLEANUP_MAX_SHARE=%s', (text) =>
    expect(readConfiguration('control-plane', { HEDDLE_CLEANUP_MAX_SHARE: text }).cleanupMaxShare).toBe(Number(text)),
  );

  it.each(['1.1', '-0.5', '50%', '.5', '2'])('refuses HEDDLE_CLEANUP_MAX_SHARE=%s', (text) =>
    expect(problems('control-plane', { HEDDLE_CLEANUP_MAX_SHARE: text })).toHaveLength(1),
  );

  it('refuses a socket path the kernel would cut off', () => {
    const environment = { HEDDLE_CELL: 'c', HEDDLE_UNDERLAY_ADDRESS: '10.0.0.1', NATS_URL: 'nats://a' };
    const fits = `/${'a'.repeat(106)}`;
    expect(problems('cell-agent', { ...environment, HEDDLE_AGENT_SOCKET: fits })).toEqual([]);
    expect(problems('cell-agent', { ...environment, HEDDLE_AGENT_SOCKET: `${fits}a` })).toHaveLength(1);
  });

  describe('looks at values together', () => {
    it('and wants blocks smaller than the network', () => {
      const blocks = (prefix: string) =>
        problems('launcher', {
          HEDDLE_OVERLAY_NETWORKS: '10.0.0.0/16,10.1.0.0/20',
          HEDDLE_OVERLAY_BLOCK_PREFIX: prefix,
        });
      expect(blocks('21')).toEqual([]);
      expect(blocks('20')).toEqual([
        "HEDDLE_OVERLAY_BLOCK_PREFIX is '20', but must be longer than the prefix of each of HEDDLE_OVERLAY_NETWORKS (10.1.0.0/20)",
      ]);
    });

    it('and wants new leases from other networks than those that are drained', () => {
      const drained = (networks: string) =>
        problems('control-plane', {
          HEDDLE_OVERLAY_NETWORKS: '10.0.0.0/16,10.1.0.0/20',
          HEDDLE_OVERLAY_DRAINED_NETWORKS: networks,
        });
      expect(drained('10.2.0.0/16, 10.3.0.0/16')).toEqual([]);
      expect(drained('10.1.16.0/20')).toEqual([]);
      expect(drained('10.1.8.0/24')).toEqual([
        "HEDDLE_OVERLAY_DRAINED_NETWORKS is '10.1.8.0/24', but must not overlap with HEDDLE_OVERLAY_NETWORKS (10.1.0.0/20), where new leases come from",
      ]);
      expect(drained('10.0.0.0/8')).toHaveLength(1);
    });

    it('and wants leases renewed before they expire', () => {
      const leases = (interval: string) =>
        problems('control-plane', { HEDDLE_LEASE_EXPIRATION: '60', HEDDLE_LEASE_RENEW_INTERVAL: interval });
      expect(leases('59')).toEqual([]);
      expect(leases('60')).toHaveLength(1);
    });

    it('and wants all certificates or none', () => {
      const paths = { HEDDLE_INTERNAL_TLS_CERT: 'a', HEDDLE_INTERNAL_TLS_KEY: 'b' };
      expect(problems('control-plane', paths)).toHaveLength(1);
      expect(problems('control-plane', { ...paths, HEDDLE_INTERNAL_TLS_CA: 'c' })).toEqual([]);
    });

    it('and wants all certificates of silk daemons or none', () => {
      const paths = { HEDDLE_LEASES_TLS_CERT: 'a', HEDDLE_LEASES_TLS_CA: 'c' };
      expect(problems('control-plane', paths)).toHaveLength(1);
      expect(problems('control-plane', { ...paths, HEDDLE_LEASES_TLS_KEY: 'b' })).toEqual([]);
    });

    it('and wants a user for a password', () =>
      expect(problems('launcher', { HEDDLE_NATS_PASSWORD: 'p' })).toHaveLength(1));

    it('and wants a key for a certificate', () =>
      expect(problems('control-plane', { HEDDLE_HTTP_TLS_CERT: 'c.pem' })).toHaveLength(1));

    it('and wants a secret for UAA, and UAA for the Cloud Controller', () => {
      const uaa = { HEDDLE_UAA_URL: 'https://uaa:8443', HEDDLE_UAA_CLIENT_SECRET: 's' };
      expect(problems('control-plane', { ...uaa, HEDDLE_CC_URL: 'https://cc' })).toEqual([]);
      expect(problems('control-plane', { HEDDLE_UAA_URL: 'https://uaa:8443' })).toHaveLength(1);
      expect(problems('control-plane', { HEDDLE_CC_URL: 'https://cc' })).toHaveLength(1);
    });

    it('but not when one of them is wrong by itself', () =>
      expect(problems('launcher', { HEDDLE_OVERLAY_NETWORKS: 'x', HEDDLE_OVERLAY_BLOCK_PREFIX: '1' })).toHaveLength(1));
  });

  describe('from a file', () => {
    let directory: string;
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'heddle-config-'));
    });
    afterEach(() => rmSync(directory, { recursive: true }));

    function file(content: string): string {
      const path = join(directory, 'heddle.yaml');
      writeFileSync(path, content);
      return path;
    }

    it('may be YAML, with numbers and switches as they are', () =>
      expect(
        readConfiguration('launcher', { HEDDLE_CONFIG: file('http_port: 4102\nlab: off\nnats_url: nats://a:1\n') }),
      ).toMatchObject({ httpPort: 4102, lab: 'off', natsUrl: 'nats://a:1' }));

    it('may be JSON', () =>
      expect(readConfiguration('launcher', { HEDDLE_CONFIG: file('{"lab_cells": 3}') }).labCells).toBe(3));

    it('may be empty', () => expect(readConfiguration('launcher', { HEDDLE_CONFIG: file('') }).labCells).toBe(2));

    it('yields to the environment', () =>
      expect(
        readConfiguration('launcher', { HEDDLE_CONFIG: file('http_port: 1'), HEDDLE_HTTP_PORT: '2' }).httpPort,
      ).toBe(2));

    it('is named in complaints about its values', () => {
      const path = file('http_port: many');
      expect(problems('launcher', { HEDDLE_CONFIG: path })).toEqual([
        `http_port in ${path} is 'many', but must be a whole number from 0 to 65535`,
      ]);
    });

    it('may not hold unknown keys, nor those that only the environment can have', () => {
      const path = file('htpp_port: 1\ndebug: on\n');
      expect(problems('launcher', { HEDDLE_CONFIG: path })).toEqual([
        `htpp_port in ${path} is not known: did you mean http_port?`,
        expect.stringContaining(`debug in ${path} is not known`),
      ]);
    });

    it.each(['lab: [on]', '- lab', 'lab: {a: 1}', 'just words', 'lab: on\nlab: off', 'a: b: c'])(
      'is refused when it holds %j',
      (content) => {
        const path = file(content);
        expect(problems('launcher', { HEDDLE_CONFIG: path })[0]).toContain(`the configuration file ${path}`);
      },
    );

    it('is refused when it is not there', () =>
      expect(problems('cli', { HEDDLE_CONFIG: '/nowhere/heddle.yaml' })[0]).toMatch(
        /^the configuration file \/nowhere\/heddle.yaml cannot be read \(ENOENT/,
      ));
  });
});
