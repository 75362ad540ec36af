import { describeOnEachDatabase, startTestNats, type TestNats } from '@heddle/testing';
import { startSilkServer, type SilkServer } from '../support/silk-server';

/** 10.255.0.0/16 in blocks of /24; the first of them is for single addresses. */
const BLOCKS = 255;
const PATIENCE_MS = 90_000;

const ip = (n: number) => `10.0.${4 + (n >> 8)}.${n & 255}`;

/** As silk's own suite has it: the whole pool by concurrent daemons, then one more. */
describeOnEachDatabase('the whole pool of silk daemons', (databases) => {
  let nats: TestNats;
  let silk: SilkServer;
  const put = async (what: string, n: number) => {
    const { status, body } = await silk.ask('PUT', `/leases/${what}`, { underlay_ip: ip(n) });
    return { status, body: JSON.parse(body) as Record<string, string> };
  };

  beforeAll(async () => {
    nats = await startTestNats();
    silk = await startSilkServer(nats, await databases.fresh());
  }, PATIENCE_MS);
  afterAll(async () => {
    await silk?.stop();
    await nats?.stop();
  });

  it(
    'is given to 255 that ask at once, each another block; the next is refused until one is released, and gets precisely that',
    async () => {
      const answers = await Promise.all(Array.from({ length: BLOCKS }, (_, n) => put('acquire', n)));
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      const subnets = answers.map(({ body }) => body.overlay_subnet);
      expect([...subnets].sort()).toEqual(Array.from({ length: BLOCKS }, (_, n) => `10.255.${n + 1}.0/24`).sort());
      expect(await put('acquire', BLOCKS)).toEqual({ status: 409, body: { error: 'no lease available' } });
      expect((await put('release', 77)).status).toBe(200);
      expect(await put('acquire', BLOCKS)).toMatchObject({ status: 200, body: { overlay_subnet: subnets[77] } });
      expect((await put('acquire', 77)).status).toBe(409);
    },
    PATIENCE_MS,
  );
});
