import { stateSubject } from '@heddle/cell-protocol';
import { describeEachBackend, echoTcp, echoUdp, holdTcp, tryTcp, tryUdp, type Listener } from '@heddle/testing';
import { CniCells } from '../support/cni-cells';
import type { CniRuntime, Extras, RunningContainer } from '../support/cni-runtime';
import { CniWrapper } from '../support/cni-wrapper';
import { outsideRulesOf } from '../support/outside-rules';
import { wirePolicy } from '../support/policies';
import { Prober } from '../support/prober';
import { until } from '../support/processes';
import { watchTunnels } from '../support/underlay-watch';

const LONG_MS = 240_000;
const WEB = '198.19.0.100';
const FORCE_POLL_PORT = 8722;
/** Changes while a client connects. */
const SWAPS = 20;

jest.setTimeout(LONG_MS);

/**
 * The black-box cases of a cell, and the rows of the suites of silk-cni, of the CNI wrapper and of vxlan-policy-agent, for the agent
 * that does their job. Where its answer is another one on purpose, it is in brackets.
 *
 * | case or row                                                | spec                                                            |
 * | ---------------------------------------------------------- | --------------------------------------------------------------- |
 * | 1 no policy: refused by the other cell, no tag on the wire | here [TCP gets a reset]                                         |
 * | 2 policy 8080–8090: in, beside, back; the tag on the wire  | here                                                            |
 * | 3 the same verdicts on one cell                            | truth-table.spec.ts                                             |
 * | 4 policy deleted; a held connection                        | truth-table.spec.ts [cut]; kept-live.spec.ts                    |
 * | 5 one mark for a source, however many policies             | here                                                            |
 * | 6 no gap while rules are exchanged                         | here; truth-table.spec.ts: a range replaced                     |
 * | 7 a deny network wins; an established connection           | here [cut; survives without HEDDLE_CUT_LIVE]                    |
 * | 8 own host, link-local DNS, public DNS                     | security-groups.spec.ts: is closed until; a wide group          |
 * | 9 router path; a sibling on the same cell                  | security-groups.spec.ts: a published port                       |
 * | 10 source addresses that servers see                       | security-groups.spec.ts: outside it is the cell                 |
 * | 11, 12, 13 leases                                          | ../conformance/leases-whole-pool.spec.ts, leases.spec.ts;       |
 * |                                                            |   silk-daemon-rows.spec.ts                                      |
 * | 14, 15 exhaustion; DEL                                     | cni.spec.ts                                                     |
 * | 16 the agent's answers to the wrapper: 405, 500            | here [405 always; 200 would leave the wrapper's own chain shut] |
 * | 17 a bad destination in one space                          | here; ../conformance/security-groups.spec.ts                    |
 * | wrapper: chains and rules; logging, DNS, host services,    | security-groups.spec.ts, outside-table.spec.ts [no chain for    |
 * |   deny networks, limits, dry run                           |   each container]                                               |
 * | wrapper: temporary underlay interfaces                     | [whatever leaves by neither a container nor the tunnels]        |
 * | wrapper: delegate failure; missing id; idempotent DEL      | [no delegate]; cni.spec.ts; ../../apps/cell-agent/src/cni/      |
 * | wrapper: lock file and its owner                           | [no file; the lock of iptables:                                 |
 * |                                                            |   ../../libs/dataplane/src/iptables/firewall.it.spec.ts]        |
 * | agent: rules from policies; single mark rule               | here; truth-table.spec.ts                                       |
 * | agent: groups of staging and running; parent keeps REJECT  | security-groups.spec.ts                                         |
 * | agent: force endpoints; orphans                            | here; ../../apps/cell-agent/src/force-poll-api.it.spec.ts       |
 * | agent: server down at the start and later                  | overlay.spec.ts: restarts while nobody can be asked, goes on    |
 */
describeEachBackend('the black-box cases of a cell', ({ name }) => {
  const { settings } = outsideRulesOf(name);
  let world: CniCells;
  let one: CniRuntime;
  let two: CniRuntime;
  let client: RunningContainer;
  let server: RunningContainer;
  const open: Listener[] = [];

  beforeAll(async () => {
    world = await CniCells.start('hbox');
    const legacy = { HEDDLE_FORCE_POLL_PORT: String(FORCE_POLL_PORT), HEDDLE_OVERLAY_CHECK_INTERVAL: '1' };
    one = await world.cell(1, { ...settings, ...legacy });
    two = await world.cell(2, { ...settings, HEDDLE_CUT_LIVE: 'off' });
    const outside = world.outsider(WEB);
    [client, server] = [await run(one, 'client'), await run(two, 'server')];
    open.push(await echoTcp(server.namespace, [8080, 8085, 8090, 8091]), await echoUdp(server.namespace, 5353));
    open.push(await echoTcp(client.namespace, [8085]), await echoTcp(outside, [80, 443]));
  }, LONG_MS);
  afterAll(async () => {
    await Promise.all(open.map((listener) => listener.close()));
    await world?.stop();
  }, LONG_MS);

  const run = (cell: CniRuntime, id: string, space = 'space-1') => {
    const metadata = { policy_group_id: id, app_id: id, space_id: space, container_workload: 'app' };
    return cell.run(id, id, { config: { metadata } } as Extras);
  };
  const tcp = async (from: RunningContainer, address: string, port: number) =>
    (await tryTcp(from.namespace, address, port)).result;
  const becomes = (from: RunningContainer, address: string, port: number, wanted: string) =>
    until(`${address}:${port} is ${wanted}`, async () => (await tcp(from, address, port)) === wanted);
  const tagOf = async (app: string): Promise<number> => {
    const { tags } = await world.get<{ tags: { id: string; tag: string }[] }>('/networking/v1/external/tags');
    return parseInt(tags.find(({ id }) => id === app)?.tag ?? '', 16);
  };

  it('1: without a policy the other cell refuses, and what comes to it carries no tag', async () => {
    const watch = watchTunnels(two.cell, 1);
    try {
      expect(await tcp(client, server.address, 8080)).toBe('ECONNREFUSED');
      expect((await tryUdp(client.namespace, server.address, 5353)).result).toBe('ECONNREFUSED');
      const { plain, tagged } = watch.seen();
      expect([plain >= 2, tagged]).toEqual([true, 0]);
    } finally {
      watch.stop();
    }
  });

  it('2: a policy opens its ports, in its direction, and what goes there carries the tag of its source', async () => {
    const policy = wirePolicy('client', 'server', 8080, 8090);
    await world.allow(policy);
    const watch = watchTunnels(two.cell, await tagOf('client'));
    try {
      for (const port of [8080, 8085, 8090]) expect(await tcp(client, server.address, port)).toBe('answered');
      const { plain, tagged } = watch.seen();
      expect([plain, tagged > 3]).toEqual([0, true]);
      expect(await tcp(client, server.address, 8091)).toBe('ECONNREFUSED');
      expect(await tcp(server, client.address, 8085)).toBe('ECONNREFUSED');
    } finally {
      watch.stop();
      await world.forbid(policy);
    }
  });

  it('5: a source has one mark, however many policies name it', async () => {
    const policies = [
      wirePolicy('client', 'server', 8080),
      wirePolicy('client', 'server', 8085),
      wirePolicy('client', 'other', 9000),
    ];
    const marks = (): number => {
      const [list, mark] =
        name === 'nftables'
          ? ['nft list map ip heddle src_tag', new RegExp(`\\. ${client.address} : `, 'g')]
          : [`${name}-save -t filter`, new RegExp(`-s ${client.address}/32 .*-j MARK --set-xmark`, 'g')];
      return one.cell.run(list).match(mark)?.length ?? 0;
    };
    expect(marks()).toBe(0);
    for (const policy of policies) {
      await world.allow(policy);
      expect(marks()).toBe(1);
    }
    await world.forbid(...policies.slice(1));
    expect(marks()).toBe(1);
    await world.forbid(...policies.slice(0, 1));
    expect(marks()).toBe(0);
  });

  it('6: a client that connects again and again never fails while rules are exchanged for others', async () => {
    const kept = wirePolicy('client', 'server', 8080);
    await world.allow(kept);
    const prober = await Prober.start(client.namespace.name);
    try {
      await prober.knock(Array.from({ length: 5 }, () => [server.address, 8080] as const));
      for (let i = 0; i < SWAPS; i++) {
        const others = [wirePolicy('client', 'server', 8080, 8080 + i + 1), wirePolicy(`app-${i}`, 'server', 8080)];
        await world.allow(...others);
        await world.forbid(...others);
      }
      // All that does not depend on policies is exchanged too, on both cells, when an agent starts with other settings.
      for (const { cell } of [one, two]) {
        await cell.stop();
        cell.configure({ HEDDLE_LOG_OUTSIDE: 'on' });
        await cell.start();
      }
      const attempts = (await prober.knocked()).flat();
      expect(attempts.filter(({ ok }) => !ok)).toEqual([]);
      expect(attempts.length).toBeGreaterThan(SWAPS);
    } finally {
      prober.stop();
      await world.forbid(kept);
    }
  });

  it('7: a denied network wins over a group; what is open is cut, or lives on where connections outlive their rules', async () => {
    await world.putGroup('web', {
      rules: [{ protocol: 'tcp', destination: `${WEB}/32`, ports: '80' }],
      runningDefault: true,
    });
    const cut = async ({ cell }: CniRuntime, from: RunningContainer): Promise<string> => {
      await becomes(from, WEB, 80, 'answered');
      expect(await tcp(from, WEB, 443)).toBe('ECONNREFUSED');
      const held = await holdTcp(from.namespace, WEB, 80);
      expect(await held.send()).toMatchObject({ result: 'answered' });
      await restart(cell, { HEDDLE_DENY_NETWORKS: '198.19.0.96/28' });
      await becomes(from, WEB, 80, 'ECONNREFUSED');
      const { result } = await held.send();
      held.close();
      await restart(cell, { HEDDLE_DENY_NETWORKS: '' });
      await becomes(from, WEB, 80, 'answered');
      return result;
    };
    expect(await cut(one, client)).toBe('ECONNRESET');
    expect(await cut(two, server)).toBe('answered');
    await world.putGroup('web', { rules: [] });
  });

  const restart = async (cell: CniRuntime['cell'], changed: NodeJS.ProcessEnv) => {
    await cell.stop();
    cell.configure(changed);
    await cell.start();
  };

  it('16: the wrapper goes on with the rules that a container comes with, and gives up where the server cannot be had', async () => {
    await world.putGroup('wide', { rules: [{ protocol: 'all', destination: '0.0.0.0/0' }], runningDefault: true });
    await becomes(client, WEB, 443, 'answered');
    const wrapper = new CniWrapper(one.cell, FORCE_POLL_PORT, name === 'nftables' ? 'iptables-nft' : name);
    const wrapped = { handle: 'client', address: client.address, rules: [`-p tcp -d ${WEB}/32 -m tcp --dport 80`] };
    await wrapper.add(wrapped);
    const left = wrapper.rulesOf('client');
    expect(left).toEqual([
      `-A netout--client -d ${WEB}/32 -p tcp -m tcp --dport 80 -j ACCEPT`,
      '-A netout--client -m state --state RELATED,ESTABLISHED -j ACCEPT',
      '-A netout--client -j REJECT --reject-with icmp-port-unreachable',
    ]);
    // Both have a say: the groups that Heddle follows, and the rules that the wrapper was given.
    expect([await tcp(client, WEB, 80), await tcp(client, WEB, 443)]).toEqual(['answered', 'ECONNREFUSED']);
    await world.putGroup('wide', {
      rules: [{ protocol: 'tcp', destination: WEB, ports: '443' }],
      runningDefault: true,
    });
    await becomes(client, WEB, 80, 'ECONNREFUSED');
    expect(await tcp(client, WEB, 443)).toBe('ECONNREFUSED');
    expect(wrapper.rulesOf('client')).toEqual(left);
    await wrapper.remove(wrapped);
    await becomes(client, WEB, 443, 'answered');
    one.cell.cutOff();
    try {
      await expect(wrapper.add(wrapped)).rejects.toThrow(
        /^vpa response code: 500 with message: failed to force policy poll cycle/,
      );
    } finally {
      one.cell.mend();
    }
    await world.putGroup('wide', { rules: [] });
  });

  it('17: a destination that cannot be understood concerns no other rule, no other group and no other space', async () => {
    const web = { ...{ protocol: 'tcp', destination: WEB, ports: '80' }, ...{ type: -1, code: -1, log: false } };
    await world.putGroup('good', { rules: [web], runningSpaces: ['space-1', 'space-2'] });
    const other = await run(one, 'other', 'space-2');
    for (const container of [client, other]) await becomes(container, WEB, 80, 'answered');
    // The control plane leaves out such rules itself, so here it is passed over.
    const bad = { ...web, destination: 'example.org, 10.0.0.0/99' };
    const group = { guid: 'bad', name: 'bad', staging: false, running: true, rules: [bad, { ...web, ports: '443' }] };
    const { changes } = await world.get<{ changes: { seq: number }[] }>('/api/v1/changes?limit=1');
    const rev = (changes[0]?.seq ?? NaN) + 1;
    await world.forge(stateSubject.space('space-1'), { space: 'space-1', rev, groups: [group] });
    await becomes(client, WEB, 443, 'answered');
    expect(await tcp(client, WEB, 80)).toBe('ECONNREFUSED');
    expect([await tcp(other, WEB, 80), await tcp(other, WEB, 443)]).toEqual(['answered', 'ECONNREFUSED']);
    await until('the alarm is raised', async () => {
      const { alarms } = (await one.cell.agent.status()) as unknown as { alarms: { code: string }[] };
      return alarms.some(({ code }) => code === 'rules-left-out');
    });
  });
});
