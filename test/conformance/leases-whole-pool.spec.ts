import { setTimeout as delay } from 'node:timers/promises';
import { describeOnEachDatabase, startTestNats, until, type TestNats } from '@heddle/testing';
import { startSilkServer, type SilkServer } from '../support/silk-server';

/** 10.255.0.0/16 in blocks of /24; the first of them is for single addresses. */
const BLOCKS = 255;
/** Long enough for 254 daemons to renew on a busy machine; one that comes too late for it is let in again. */
const EXPIRATION_S = 8;
const QUARANTINE_S = 4;
const PATIENCE_MS = 90_000;

const ip = (n: number) => `10.0.${4 + (n >> 8)}.${n & 255}`;
const NONE_LEFT = { status: 409, body: { error: 'no lease available' } };

/** As silk's own suite has it: the whole pool by concurrent daemons, then one more. */
describeOnEachDatabase('the whole pool of silk daemons', (databases) => {
  let nats: TestNats;
  let silk: SilkServer;
  const put = async (what: string, n: number, more: object = {}) => {
    const { status, body } = await silk.ask('PUT', `/leases/${what}`, { underlay_ip: ip(n), ...more });
    return { status, body: JSON.parse(body) as Record<string, string> };
  };
  const start = async (environment: Record<string, string> = {}) => {
    nats = await startTestNats();
    silk = await startSilkServer(nats, await databases.fresh(), environment);
  };
  const fill = () => Promise.all(Array.from({ length: BLOCKS }, (_, n) => put('acquire', n)));

  afterEach(async () => {
    await silk?.stop();
    await nats?.stop();
  });

  it(
    'is given to 255 that ask at once, each another block; the next is refused until one is released, and gets precisely that',
    async () => {
      await start();
      const answers = await fill();
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      const subnets = answers.map(({ body }) => body.overlay_subnet);
      expect([...subnets].sort()).toEqual(Array.from({ length: BLOCKS }, (_, n) => `10.255.${n + 1}.0/24`).sort());
      expect(await put('acquire', BLOCKS)).toEqual(NONE_LEFT);
      expect((await put('release', 77)).status).toBe(200);
      expect(await put('acquire', BLOCKS)).toMatchObject({ status: 200, body: { overlay_subnet: subnets[77] } });
      expect((await put('acquire', 77)).status).toBe(409);
    },
    PATIENCE_MS,
  );

  it(
    'when one of 255 expires: its block is listed no more, refused while in quarantine, and then what the next one gets',
    async () => {
      await start({
        HEDDLE_LEASE_EXPIRATION: String(EXPIRATION_S),
        HEDDLE_LEASE_RENEW_INTERVAL: '1',
        HEDDLE_LEASE_QUARANTINE: String(QUARANTINE_S),
      });
      const held = await fill();
      const { overlay_subnet: lost } = held[77]?.body ?? {};
      const renewing = new AbortController();
      const renewed = (async () => {
        while (!renewing.signal.aborted) {
          for (const [n, { body }] of held.entries()) if (n !== 77) await put('renew', n, body);
          await delay(200);
        }
      })();
      const listed = async () => (JSON.parse((await silk.ask('GET', '/leases')).body) as { leases: object[] }).leases;
      try {
        expect(await put('acquire', BLOCKS)).toEqual(NONE_LEFT);
        await until(async () => (await listed()).length === BLOCKS - 1, { withinMs: PATIENCE_MS / 2 });
        expect(JSON.stringify(await listed())).not.toContain(`"${lost}"`);
        expect(await put('acquire', BLOCKS)).toEqual(NONE_LEFT);
        await until(async () => (await put('acquire', BLOCKS)).status === 200, { withinMs: PATIENCE_MS / 2 });
        expect(await put('acquire', BLOCKS)).toMatchObject({ status: 200, body: { overlay_subnet: lost } });
        expect(await put('renew', 77, held[77]?.body)).toMatchObject({ status: 409 });
      } finally {
        renewing.abort();
        await renewed;
      }
    },
    PATIENCE_MS,
  );
});
