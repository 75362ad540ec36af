import { describeAsRoot, NetworkNamespace, stateOf } from '@heddle/testing';
import { NftFirewall } from './firewall';
import { openNftRunner } from './open-nft-runner';
import type { NftRunner } from './runner';

const options = { vxlanPort: 4789 };
const one = stateOf(1, [{ from: 'web', to: 'api', start: 8080 }]);

describeAsRoot('the table of a cell', () => {
  let namespace: NetworkNamespace;
  const nft = (command: string) => namespace.run('nft', command);
  const listed = () => nft('list table ip heddle');

  beforeEach(() => {
    namespace = NetworkNamespace.create('heddle-dp-firewall');
  });
  afterEach(() => namespace.delete());

  /** Opened and closed for each test, since it belongs to the namespace it was opened in. */
  const withRunner = (task: (runner: NftRunner) => Promise<void>) => () =>
    namespace.within(async () => {
      const runner = await openNftRunner();
      await task(runner).finally(() => runner.close());
    });

  it(
    'refuses everything from the moment it is opened where there was no table',
    withRunner(async (runner) => {
      await NftFirewall.open(runner, options);
      expect(listed()).toContain('oifname "s-*" goto check');
    }),
  );

  it(
    'leaves a table of another version at work until it can replace it whole',
    withRunner(async (runner) => {
      nft('add table ip heddle; add set ip heddle schema_v0 { type mark; }; add chain ip heddle old');
      const before = listed();
      const firewall = await NftFirewall.open(runner, options);
      expect(listed()).toBe(before);
      await expect(firewall.converge(one)).resolves.toMatchObject({ changed: true, elementsAdded: 6 });
      expect(listed()).not.toContain('old');
      await expect(firewall.converge(one)).resolves.toMatchObject({ changed: false });
    }),
  );
});
