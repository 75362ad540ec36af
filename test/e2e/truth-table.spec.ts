import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeEachBackend, iptablesBackends, nftables, RunningHeddle, until } from '@heddle/testing';
import { Lab } from '../support/lab';
import { packetsOf } from '../support/packets-of';
import { ProbedLab, PUSH_PORT, type ProbedContainer } from '../support/probed-lab';
import type { Wanted } from '../support/policy-oracle';
import type { Attempt, Protocol } from '../support/prober';

const policy = (
  source: string,
  destination: string,
  start: number,
  end = start,
  protocol: Protocol = 'tcp',
): Wanted => ({
  ...{ source, destination, protocol, start, end },
});
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

type Step = readonly ['allow' | 'forbid', ...Wanted[]];
/** Each case begins and ends with no policy; after each step the whole grid is compared. */
const CASES: readonly (readonly [string, readonly Step[]])[] = [
  ['one policy, across cells', [['allow', policy('alpha', 'gamma', 7000)]]],
  ['one policy, within a cell', [['allow', policy('alpha', 'beta', 7001, 7001, 'udp')]]],
  [
    'an app to itself, on this cell and the other',
    [['allow', policy('alpha', 'alpha', 7000), policy('alpha', 'alpha', 7000, 7000, 'udp')]],
  ],
  [
    'a range with both its ends, exact and wide',
    [['allow', policy('alpha', 'gamma', 7001, 7002), policy('beta', 'gamma', 7032, 7100, 'udp')]],
  ],
  [
    'ranges that overlap and touch, one of which goes',
    [
      [
        'allow',
        policy('alpha', 'gamma', 7000, 7031),
        policy('alpha', 'gamma', 7002, 7032),
        policy('alpha', 'gamma', 7033, 7100),
      ],
      ['allow', policy('alpha', 'gamma', 7090, 7150), policy('alpha', 'gamma', 7001)],
      ['forbid', policy('alpha', 'gamma', 7000, 7031)],
      ['forbid', policy('alpha', 'gamma', 7033, 7100)],
    ],
  ],
  [
    'what is asked for twice, and forbidden once',
    [
      ['allow', policy('alpha', 'gamma', 7000), policy('alpha', 'gamma', 7000)],
      ['allow', policy('alpha', 'gamma', 7000), policy('beta', 'gamma', 7000)],
      ['forbid', policy('alpha', 'gamma', 7000), policy('gamma', 'alpha', 7000)],
    ],
  ],
  [
    'fifty that may come in, and fifty that may be reached',
    [
      ['allow', ...times(50, (i) => policy(`in-${i}`, 'gamma', 7000)), policy('alpha', 'gamma', 7000)],
      ['allow', ...times(50, (i) => policy('beta', `out-${i}`, 7000)), policy('beta', 'gamma', 7000)],
      ['forbid', policy('alpha', 'gamma', 7000), policy('in-7', 'gamma', 7000)],
    ],
  ],
  [
    'a range that is replaced by another',
    [
      ['allow', policy('alpha', 'gamma', 7000, 7100)],
      ['allow', policy('alpha', 'gamma', 7032, 7150)],
      ['forbid', policy('alpha', 'gamma', 7000, 7100)],
    ],
  ],
];

const SETTINGS: Readonly<Record<string, NodeJS.ProcessEnv>> = {
  [nftables.name]: { HEDDLE_DATAPLANE: 'nftables' },
  ...Object.fromEntries(
    iptablesBackends.map(({ name }) => [name, { HEDDLE_DATAPLANE: 'iptables', HEDDLE_IPTABLES: name }]),
  ),
};

describeEachBackend(
  'who reaches whom, by the oracle and by the packets',
  ({ name }) => {
    let probed: ProbedLab;
    let alpha: ProbedContainer;
    let gamma: ProbedContainer;

    beforeAll(async () => {
      // Few addresses, so that one comes round again.
      probed = await ProbedLab.open(await Lab.start({ HEDDLE_OVERLAY_BLOCK_PREFIX: '29', ...SETTINGS[name] }));
      alpha = await probed.run('alpha', 0, 'cell-1');
      await probed.run('beta', 0, 'cell-1');
      gamma = await probed.run('gamma', 0, 'cell-2');
      await probed.run('alpha', 1, 'cell-2');
    }, 120_000);
    afterAll(async () => {
      probed?.close();
      await RunningHeddle.stopAll();
    }, 60_000);
    afterEach(async () => {
      const left = probed.oracle.all();
      if (left.length > 0) await probed.forbid(...left);
    });

    /** Everything but counters and what the kernel numbers itself. */
    const kernel = (cell: string): string => {
      const list = name === nftables.name ? ['nft', '-s', 'list', 'ruleset'] : [`${name}-save`];
      const listed = execFileSync('ip', ['netns', 'exec', `heddle-${cell}`, ...list], { encoding: 'utf8' });
      return listed.replace(/^#.*$|\[\d+:\d+\]/gm, '');
    };

    it('nobody, without a policy', async () => expect(await probed.differences()).toEqual([]), 20_000);

    it.each(CASES)(
      '%s',
      async (_, steps) => {
        for (const [verb, ...policies] of steps) {
          await probed[verb](...policies);
          expect(await probed.differences()).toEqual([]);
        }
        await probed.forbid(...probed.oracle.all());
        expect(await probed.differences()).toEqual([]);
      },
      30_000,
    );

    const answeredMs = async (change: Promise<void>): Promise<{ askedMs: number; answeredMs: number }> => {
      const now = (): number => performance.timeOrigin + performance.now();
      const askedMs = now();
      await change;
      return { askedMs, answeredMs: now() };
    };
    const ok = (attempts: readonly Attempt[]): boolean[] => [...new Set(attempts.map((attempt) => attempt.ok))];

    it('a client that connects all the while: not before it may, always while it may, not after; and others do not notice', async () => {
      await probed.allow(policy('alpha', 'gamma', 7100, 7150));
      await alpha.prober.knock([
        [gamma.address, 7000],
        [gamma.address, 7100],
      ]);
      await sleep(200);
      const added = await answeredMs(probed.allow(policy('alpha', 'gamma', 7000)));
      await sleep(300);
      const removed = await answeredMs(probed.forbid(policy('alpha', 'gamma', 7000)));
      await sleep(300);
      const [knocked = [], other = []] = await alpha.prober.knocked();
      expect(ok(knocked.filter(({ endedMs }) => endedMs < added.askedMs))).toEqual([false]);
      const between = ({ begunMs, endedMs }: Attempt) => begunMs > added.answeredMs && endedMs < removed.askedMs;
      expect(ok(knocked.filter(between))).toEqual([true]);
      expect(ok(knocked.filter(({ begunMs }) => begunMs > removed.answeredMs))).toEqual([false]);
      expect(ok(other)).toEqual([true]);
    }, 30_000);

    it('a range replaced by one that overlaps it leaves no gap for the ports in both', async () => {
      await probed.allow(policy('alpha', 'gamma', 7000, 7100));
      await alpha.prober.knock(times(5, () => [gamma.address, 7033] as const));
      for (let round = 0; round < 2; round++) {
        await probed.allow(policy('alpha', 'gamma', 7032, 7150));
        await probed.forbid(policy('alpha', 'gamma', 7000, 7100));
        await probed.allow(policy('alpha', 'gamma', 7000, 7100));
        await probed.forbid(policy('alpha', 'gamma', 7032, 7150));
      }
      expect(ok((await alpha.prober.knocked()).flat())).toEqual([true]);
    }, 30_000);

    it('what is open when its policy goes is cut, whoever speaks on it, and the receipt says how much that was', async () => {
      // Nobody has been knocking here: a connection that was reset a moment ago would count as one more.
      const quiet = 7031;
      await probed.allow(
        policy('alpha', 'gamma', quiet),
        policy('alpha', 'gamma', PUSH_PORT),
        policy('alpha', 'gamma', 7000, 7000, 'udp'),
      );
      await alpha.prober.hold('tcp', gamma.address, quiet);
      await alpha.prober.hold('push', gamma.address, PUSH_PORT);
      await alpha.prober.hold('udp', gamma.address, 7000);
      await probed.forbid(...probed.oracle.all());
      await until(async () => {
        const { tcp, push } = await alpha.prober.held();
        return tcp.isOver && push.isOver;
      });
      const heard = (await alpha.prober.held()).udp.heard;
      await sleep(200);
      expect((await alpha.prober.held()).udp.heard).toBe(heard);
      const { enforcement } = (await probed.lab.newestChange()) as unknown as { enforcement: { flowsCut: number } };
      expect(enforcement.flowsCut).toBe(3);
    }, 30_000);

    it('a thousand policies that come and go leave the kernel as it was', async () => {
      const before = ['cell-1', 'cell-2'].map(kernel);
      const many = times(1_000, (i) =>
        policy(i % 2 ? 'alpha' : 'beta', 'gamma', 10_000 + i, i % 50 ? 10_000 + i : 10_900 + i),
      );
      for (let i = 0; i < many.length; i += 250) await probed.allow(...many.slice(i, i + 250));
      expect(kernel('cell-2')).not.toBe(before[1]);
      for (let i = many.length - 250; i >= 0; i -= 250) await probed.forbid(...many.slice(i, i + 250));
      expect(['cell-1', 'cell-2'].map(kernel)).toEqual(before);
    }, 60_000);

    it('a container reaches nobody before its rules are there, and is reached as its app from its first packet', async () => {
      await probed.allow(policy('late', 'gamma', 7000), policy('alpha', 'late', 7000));
      const late = await probed.run('late', 0, 'cell-1');
      try {
        expect(await probed.differences()).toEqual([]);
      } finally {
        await probed.remove(late);
      }
      expect(await probed.differences()).toEqual([]);
    }, 30_000);

    /** Runs containers until one has this address: they go round, so the one that was given back comes last. */
    async function heirOf(address: string): Promise<{ next: ProbedContainer; others: ProbedContainer[] }> {
      const others: ProbedContainer[] = [];
      let next = await probed.run('heir', 0, 'cell-2');
      for (let i = 1; next.address !== address && i < 8; i++) {
        others.push(next);
        next = await probed.run('heir', i, 'cell-2');
      }
      expect(next.address).toBe(address);
      return { next, others };
    }

    it('an address that comes to another app within the second is that app at once, while old flows keep trying', async () => {
      await probed.allow(policy('alpha', 'victim', 7000), policy('alpha', 'victim', 7000, 7000, 'udp'));
      const victim = await probed.run('victim', 0, 'cell-2');
      await alpha.prober.hold('tcp', victim.address, 7000);
      await alpha.prober.hold('udp', victim.address, 7000);
      await probed.remove(victim);
      const { next, others } = await heirOf(victim.address);
      const heard = (await alpha.prober.held()).udp.heard;
      try {
        expect(await next.prober.probe([['tcp', alpha.address, 7000]])).toEqual([false]);
        expect(await alpha.prober.probe([['tcp', next.address, 7000]])).toEqual([false]);
        await sleep(200);
        expect((await alpha.prober.held()).udp.heard).toBe(heard);
      } finally {
        for (const each of [next, ...others]) await probed.remove(each);
      }
    }, 60_000);

    it('whoever still speaks to such an address, to answer what another app asked from there, is not heard by the new one', async () => {
      await probed.allow(policy('caller', 'alpha', PUSH_PORT), policy('caller', 'alpha', PUSH_PORT, PUSH_PORT, 'udp'));
      const caller = await probed.run('caller', 0, 'cell-2');
      for (const kind of ['push', 'udp'] as const) await caller.prober.hold(kind, alpha.address, PUSH_PORT);
      await probed.remove(caller);
      const { next, others } = await heirOf(caller.address);
      const spoken = packetsOf(alpha.namespace).udpSent;
      try {
        await until(() => packetsOf(alpha.namespace).udpSent > spoken + 20);
        expect(packetsOf(next.namespace)).toMatchObject({ udpHeard: 0, tcpHeard: 0 });
      } finally {
        for (const each of [next, ...others]) await probed.remove(each);
      }
    }, 60_000);
  },
  [nftables, ...iptablesBackends],
);
