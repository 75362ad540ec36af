import { Reaches, type CellState, type GroupRule, type SpaceDocument } from '@heddle/calc';
import { hostInterfaceOf, openFirewall, type Firewall } from '@heddle/dataplane';
import { formatIpv4, parseIpv4 } from '@heddle/domain';
import { ForwardingCell, MEASURED_PORT, OUTSIDER, SOURCE } from './dataplane/forwarding-cell';
import { print, quantile, rounded } from './summary';

/**
 * What a packet and a connection to the outside cost under security groups, by how many containers the cell has and how many rules
 * the group of all spaces has, with each backend and without any rules; and what a change of that group costs. Containers are of
 * twenty spaces with a group each, and the rule that lets the packets pass is of the space, so both groups are asked.
 */
const CONTAINERS = [1, 250];
const RULES = [1, 1_000];
const SPACES = 20;
const RULES_OF_SPACE = 10;
const BACKENDS = ['nftables', 'iptables-nft', 'iptables-legacy'] as const;
/** Many short ones, and the best of them count: on a machine that does other things as well, few of them are left alone. */
const ROUNDS = 400;
const ROUND_MS = 2;
const BEST = 0.05;
const CHANGES = 5;
const OPTIONS = { vxlanPort: 4789, cutLive: true } as const;

interface Measured {
  readonly backend: (typeof BACKENDS)[number] | 'none';
  readonly containers: number;
  readonly cell: ForwardingCell;
  readonly firewall: Firewall | null;
}

async function main(): Promise<void> {
  const measured: Measured[] = [];
  try {
    measured.push(await start('none', 0));
    for (const backend of BACKENDS)
      for (const containers of CONTAINERS) measured.push(await start(backend, containers));
    for (const rules of RULES) print(await measure(rules, measured));
  } finally {
    for (const { firewall, cell } of measured) {
      await firewall?.close();
      await cell.stop();
    }
  }
}

async function start(backend: Measured['backend'], containers: number): Promise<Measured> {
  const cell = await ForwardingCell.start(`heddle-bench-${backend}-${containers}`, OUTSIDER);
  if (backend === 'none') return { backend, containers, cell, firewall: null };
  const options =
    backend === 'nftables'
      ? ({ dataplane: 'nftables', iptables: 'iptables', ...OPTIONS } as const)
      : ({ dataplane: 'iptables', iptables: backend, ...OPTIONS } as const);
  return { backend, containers, cell, firewall: await cell.namespace.within(() => openFirewall(options)) };
}

async function measure(rules: number, measured: readonly Measured[]): Promise<Record<string, number | string>> {
  const result: Record<string, number | string> = { name: 'outside', rules };
  const nameOf = ({ backend, containers }: Measured): string =>
    backend === 'none' ? backend : `${backend}_${containers}`;
  for (const each of measured) {
    const { cell, firewall, containers } = each;
    if (!firewall) continue;
    const converge = (ports: number) =>
      cell.namespace.within(() => firewall.converge(stateOf(containers, rules, ports)));
    await converge(443);
    const changes: number[] = [];
    for (let i = 0; i < CHANGES; i++)
      for (const port of [444, 443]) {
        const begunMs = performance.now();
        await converge(port);
        changes.push(performance.now() - begunMs);
      }
    result[`${nameOf(each)}_change_p50_ms`] = rounded(quantile(changes, 0.5));
  }
  const packets = new Map(measured.map((each) => [nameOf(each), [] as number[]]));
  const connections = new Map(measured.map((each) => [nameOf(each), [] as number[]]));
  for (let round = 0; round < ROUNDS; round++)
    for (const each of measured) {
      packets.get(nameOf(each))?.push(await each.cell.measure((sender) => sender.perPacketUs(ROUND_MS)));
      connections.get(nameOf(each))?.push(await each.cell.measure((sender) => sender.perConnectionUs(ROUND_MS)));
    }
  for (const [name, figures] of packets) result[`${name}_packet_us`] = rounded(quantile(figures, BEST));
  for (const [name, figures] of connections) result[`${name}_connection_us`] = rounded(quantile(figures, BEST));
  return result;
}

/** So many containers, the one that sends among them; the last rule of the group of all spaces is for this port. */
function stateOf(containers: number, rules: number, port: number): CellState {
  const reaches = new Reaches({ always: [], running: [], staging: [] });
  const everywhere = documentOf(null, [
    ...Array.from({ length: rules - 1 }, (_, i) => ruleFor(formatIpv4(parseIpv4('172.16.0.1') + i * 256), 443)),
    ruleFor('172.31.255.1', port),
  ]);
  const spaces = Array.from({ length: SPACES }, (_, space) =>
    documentOf(`space-${space}`, [
      ...Array.from({ length: RULES_OF_SPACE }, (_, i) => ruleFor(`198.51.${space}.${i}`, 443)),
      ruleFor(OUTSIDER, MEASURED_PORT, 'tcp'),
      ruleFor(OUTSIDER, MEASURED_PORT, 'udp'),
    ]),
  );
  const outside = Array.from({ length: containers }, (_, i) => {
    const address = formatIpv4(parseIpv4(SOURCE) + i);
    return {
      ...{ address, hostInterface: hostInterfaceOf(address), published: [] },
      common: reaches.common(everywhere, 'running'),
      own: reaches.ofSpace(spaces[i % SPACES], 'running'),
    };
  });
  return {
    ...{ peers: [], outside },
    containers: outside.map(({ address, hostInterface }) => {
      return { handle: address, address, hostInterface, tag: null, inbound: [] };
    }),
  };
}

function documentOf(space: string | null, rules: readonly GroupRule[]): SpaceDocument {
  const guid = space ?? 'all';
  return { space, rev: 1, groups: [{ guid, name: guid, staging: false, running: true, rules }] };
}

function ruleFor(destination: string, port: number, protocol: 'tcp' | 'udp' = 'tcp'): GroupRule {
  return { protocol, destination, ports: String(port), type: -1, code: -1, log: false };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
