import { randomUUID } from 'node:crypto';
import { LeaseClient } from '@heddle/cell-protocol';
import { describeOnEachDatabase, startTestNats, until, type TestNats } from '@heddle/testing';
import { CertificateAuthority } from '../support/certificates';
import { TestControlPlane } from '../support/control-plane';

/** It would end a lease after two seconds, which the complete control plane beside it does not. */
const WITHOUT_LEASES = {
  ...{ HEDDLE_ROLES: 'group-sync,cleanup' },
  ...{ HEDDLE_LEASE_EXPIRATION: '2', HEDDLE_LEASE_RENEW_INTERVAL: '1' },
};

describeOnEachDatabase('a control plane without the role leases', (databases) => {
  let nats: TestNats;
  beforeEach(async () => {
    nats = await startTestNats();
  });
  afterEach(() => nats.stop());

  const wanted = { cell: 'cell-1', incarnation: randomUUID(), underlayAddress: '10.0.0.1' };
  const subnets = async (plane: TestControlPlane) => {
    const { leases } = await plane.get<{ leases: { overlaySubnet: string; state: string }[] }>('/api/v1/leases');
    return leases.map(({ overlaySubnet, state }) => `${overlaySubnet} ${state}`);
  };

  const start = async (environment = {}) => {
    const location = await databases.fresh();
    return TestControlPlane.start(
      nats,
      'databaseUrl' in location ? location.databaseUrl : undefined,
      undefined,
      environment,
    );
  };

  it('answers no silk daemon, though it has certificates', async () => {
    const authority = await CertificateAuthority.create();
    const own = await authority.issue('silk-controller');
    const tls = {
      HEDDLE_LEASES_TLS_CERT: own.cert,
      HEDDLE_LEASES_TLS_KEY: own.key,
      HEDDLE_LEASES_TLS_CA: authority.cert,
    };
    const plane = await start({ ...WITHOUT_LEASES, ...tls, HEDDLE_LEASES_PORT: '0', HEDDLE_LEASES_HEALTH_PORT: '0' });
    try {
      expect(() => plane.leasesUrl).toThrow('without certificates for silk daemons');
    } finally {
      await plane.stop();
      await authority.remove();
    }
  }, 60_000);

  it('gives no lease and ends none, but knows them all', async () => {
    const without = await start(WITHOUT_LEASES);
    try {
      const client = new LeaseClient(await nats.connect('cell'));
      await expect(client.acquire(wanted)).rejects.toMatchObject({ code: '503' });
      const complete = await start();
      try {
        await client.acquire(wanted);
        await until(async () => (await subnets(without)).join() === '10.255.1.0/24 live', { withinMs: 20_000 });
      } finally {
        await complete.stop();
      }
      await until(async () => (await subnets(without)).join() === '10.255.1.0/24 silent', { withinMs: 20_000 });
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      expect(await subnets(without)).toEqual(['10.255.1.0/24 silent']);
    } finally {
      await without.stop();
    }
  }, 90_000);
});
