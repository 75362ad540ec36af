import {
  addresses,
  describeAsRoot,
  echoTcp,
  hammerUdp,
  holdTcp,
  nftables,
  stateOf,
  tryTcp,
  TwoCells,
  volleyUdp,
} from '@heddle/testing';
import { SCHEMA_SET } from './table';

const ROUNDS = 6;
const ECHO_PORT = 5353;
const permissions = [
  { from: 'web', to: 'db', protocol: 'udp', start: ECHO_PORT },
  { from: 'web', to: 'db', start: 8080 },
] as const;

describeAsRoot('a table of another version that is replaced while packets go through it', () => {
  let cells: TwoCells;
  beforeAll(async () => {
    cells = await TwoCells.start('heddle-dp-upgrade', nftables);
    await cells.allow(...permissions);
  }, 30_000);
  afterAll(() => cells?.stop());

  /** Makes the table of a cell one of an earlier version, as far as its successor can tell; no packet minds. */
  const makeOlder = async (cell: number) => {
    const { namespace, firewall } = cells.cellOf(cell === 1 ? 'web' : 'db');
    namespace.run('nft', `delete set ip heddle ${SCHEMA_SET}; add set ip heddle schema_v0 { type mark; }`);
    await namespace.within(() => firewall.reread());
  };
  const upgrade = async (cell: number) => {
    await makeOlder(cell);
    await cells.converge(cell, stateOf(cell, permissions));
  };
  const tables = (app: 'web' | 'db') => cells.cellOf(app).namespace.run('nft', 'list tables');

  it('loses none of a flow that is allowed, ends no connection, and lets nobody else in', async () => {
    const { web, api, db } = cells.containers;
    const listener = await echoTcp(db, [8080]);
    const held = await holdTcp(web, addresses.db, 8080);
    const [allowed, other] = [
      await volleyUdp(web, db, addresses.db, ECHO_PORT),
      await hammerUdp(api, addresses.db, ECHO_PORT),
    ];
    try {
      for (let round = 0; round < ROUNDS; round++) {
        await upgrade(1 + (round % 2));
        expect(await tryTcp(web, addresses.db, 8080)).toMatchObject({ result: 'answered' });
      }
      expect(await held.send()).toMatchObject({ result: 'answered' });
      expect([tables('web'), tables('db')]).toEqual(['table ip heddle\n', 'table ip heddle\n']);
    } finally {
      const [through, refused] = await Promise.all([allowed.stop(), other.stop()]);
      held.close();
      await listener.close();
      expect(through.answered).toBe(through.sent);
      expect(refused.answered).toBe(0);
      for (const { sent } of [through, refused]) expect(sent).toBeGreaterThan(10 * ROUNDS);
    }
  }, 120_000);
});
