import { describeEachBackend, iptablesBackends, nftables } from '@heddle/testing';
import { HeldConnection, visit } from '../support/in-namespace';
import { Lab } from '../support/lab';
import { wirePolicy } from '../support/policies';

const VISITOR = 'heddle-visitor-0';
const door = wirePolicy('visitor', 'homeowner', 8080);

describeEachBackend(
  'a policy that is removed where standing connections are to be kept',
  ({ name }) => {
    let lab: Lab;
    let home: string;

    beforeAll(async () => {
      const backend = name === nftables.name ? {} : { HEDDLE_DATAPLANE: 'iptables', HEDDLE_IPTABLES: name };
      lab = await Lab.start({ HEDDLE_CUT_LIVE: 'off', ...backend });
      home = await lab.addressOf('homeowner');
    }, 120_000);
    afterAll(() => lab?.stop(), 60_000);

    it('lets what is open go on, and nobody else in', async () => {
      await lab.allow(door);
      const held = await HeldConnection.open(VISITOR, home, 8080);
      const { enforcement } = await lab.forbid(door);
      expect(enforcement).toMatchObject({ state: 'in-force', flowsCut: 0 });
      expect((await visit(VISITOR, home, 8080)).result).toBe('refused');
      expect(await held.isOpenAfter(500)).toBe(true);
      held.close();
    }, 60_000);
  },
  [nftables, ...iptablesBackends],
);
