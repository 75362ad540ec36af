import type { CellState } from '@heddle/calc';
import { describeAsRoot, NetworkNamespace, stateOf, tableOptions } from '@heddle/testing';
import { NftFirewall } from './firewall';
import { openNftRunner } from './open-nft-runner';
import type { NftRunner } from './runner';

const options = tableOptions;
const nothing: CellState = { containers: [], peers: [] };
const one = stateOf(1, [{ from: 'web', to: 'api', start: 8080 }]);
const two = stateOf(1, [
  { from: 'web', to: 'api', start: 8080 },
  { from: 'web', to: 'api', protocol: 'udp', start: 1000, end: 2000 },
]);

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
      nft('add table ip heddle; add set ip heddle schema { type mark; }; add chain ip heddle old');
      const before = listed();
      const firewall = await NftFirewall.open(runner, options);
      expect(listed()).toBe(before);
      await expect(firewall.converge(one)).resolves.toMatchObject({ changed: true, elementsAdded: 8 });
      expect(listed()).not.toContain('old');
      await expect(firewall.converge(one)).resolves.toMatchObject({ changed: false });
    }),
  );

  describe('looks for what others have changed', () => {
    const clean = { elementsMissing: 0, elementsForeign: 0, rulesChanged: false };

    it.each<[string, string, object]>([
      ['nothing of Heddle’s', 'add table ip other', {}],
      ['an element gone', 'delete element ip heddle allow { 10.255.1.3 . 11 . tcp . 8080 }', { elementsMissing: 1 }],
      ['an element too many', 'add element ip heddle peers { 192.0.2.9 }', { elementsForeign: 1 }],
      ['a rule more', 'insert rule ip heddle check accept', { rulesChanged: true }],
      ['rules gone', 'flush chain ip heddle check', { rulesChanged: true }],
      ['the table gone', 'delete table ip heddle', { rulesChanged: true }],
    ])('%s', (_, command, drift) =>
      withRunner(async (runner) => {
        const firewall = await NftFirewall.open(runner, options);
        await firewall.converge(two);
        expect(await firewall.inspect()).toBeNull();
        const before = listed();
        nft(command);
        const wanted = Object.keys(drift).length > 0 ? { ...clean, ...drift } : null;
        expect(await firewall.inspect()).toEqual(wanted);
        await firewall.converge(two);
        expect(listed()).toBe(before);
        expect(await firewall.inspect()).toBeNull();
        if (command.includes('other')) expect(nft('list tables')).toContain('other');
      })(),
    );

    it(
      'without reading the table while nobody else has changed anything',
      withRunner(async (runner) => {
        const firewall = await NftFirewall.open(runner, options);
        await firewall.converge(one);
        await firewall.inspect();
        const reading = jest.spyOn(runner, 'listTable');
        for (const state of [two, one, nothing, two]) {
          await firewall.converge(state);
          expect(await firewall.inspect()).toBeNull();
        }
        expect(reading).not.toHaveBeenCalled();
      }),
    );
  });

  it(
    'goes on with the table that stands in when whoever replaced the other one died in the middle',
    withRunner(async (runner) => {
      const firewall = await NftFirewall.open(runner, options);
      await firewall.converge(two);
      // As it is when the old table is gone, and the new one not yet there.
      const stands = listed().replace('table ip heddle', 'table ip heddle_stand_in');
      namespace.run('sh', '-c', `printf '%s' '${stands}' | nft -f -`);
      nft('delete table ip heddle');
      const again = await NftFirewall.open(runner, options);
      expect(nft('list tables')).toBe('table ip heddle_stand_in\n');
      await again.converge(two);
      expect(nft('list tables')).toBe('table ip heddle\n');
      await expect(again.converge(two)).resolves.toMatchObject({ changed: false });
    }),
  );
});
