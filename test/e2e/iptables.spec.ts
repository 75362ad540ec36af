import { execFileSync } from 'node:child_process';
import { describeEachBackend, iptablesBackends } from '@heddle/testing';
import { itIsEnforced } from '../support/enforcement';
import { Lab } from '../support/lab';

describeEachBackend(
  'a policy on cells without nftables',
  ({ name }) => {
    let lab: Lab;

    beforeAll(async () => {
      lab = await Lab.start({ HEDDLE_DATAPLANE: 'iptables', HEDDLE_IPTABLES: name });
    }, 120_000);
    afterAll(() => lab?.stop(), 60_000);
    afterEach(() => lab.forbidAll());

    it('is in the chains of the variant that was asked for, and in no table of nftables', () => {
      const onCell = (...command: string[]): string =>
        execFileSync('ip', ['netns', 'exec', 'heddle-cell-1', ...command], { encoding: 'utf8' });
      expect(onCell(`${name}-save`)).toContain('-A FORWARD -j heddle-forward');
      expect(onCell('nft', 'list', 'tables')).not.toMatch(/^table ip heddle$/m);
    });

    itIsEnforced(() => lab);
  },
  iptablesBackends,
);
