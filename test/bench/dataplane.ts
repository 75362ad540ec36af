import { print, quantile, rounded } from './summary';
import { ForwardingCell } from './dataplane/forwarding-cell';
import { heddleRules, linearRules, type RuleSet } from './dataplane/rule-sets';

/**
 * What a packet, a connection and one more policy cost on a cell, by how many policies it holds: with Heddle's rules, with one
 * rule for each policy, and without any. All in turns in one run, with real packets from a container to another; the policy they
 * need is the last one. `--most=<policies>` stops earlier.
 */
const SIZES = [10, 1_000, 10_000, 100_000];
const ROUNDS = 30;
const ROUND_MS = 25;
/** Changes of a rule set that needs microseconds, and of one that is made anew each time. */
const CHANGES = { heddle: 400, linear: 4, linearOfMost: 1 };

interface Measured {
  readonly name: string;
  readonly cell: ForwardingCell;
  readonly rules: RuleSet | null;
}

async function main(): Promise<void> {
  const most = Number(/--most=(\d+)/.exec(process.argv.join(' '))?.[1] ?? Infinity);
  const names = ['none', 'heddle', 'iptables-nft'];
  const cells: ForwardingCell[] = [];
  const measured: Measured[] = [];
  try {
    for (const name of names) {
      const cell = await ForwardingCell.start(`heddle-bench-${names.indexOf(name)}`);
      cells.push(cell);
      const rules =
        name === 'none'
          ? null
          : name === 'heddle'
            ? await heddleRules(cell.namespace)
            : linearRules(cell.namespace, 'iptables-nft');
      measured.push({ name, cell, rules });
    }
    for (const policies of SIZES.filter((size) => size <= most)) print(await measure(policies, measured));
  } finally {
    for (const { rules } of measured) await rules?.close();
    for (const cell of cells) await cell.stop();
  }
}

async function measure(policies: number, measured: readonly Measured[]): Promise<Record<string, number | string>> {
  const result: Record<string, number | string> = { name: 'dataplane', policies };
  for (const { name, rules } of measured) {
    if (!rules) continue;
    await rules.fill(policies);
    const count = name === 'heddle' ? CHANGES.heddle : policies > 10_000 ? CHANGES.linearOfMost : CHANGES.linear;
    const changes = { add: [] as number[], delete: [] as number[] };
    for (let i = 0; i < count; i++)
      for (const kind of ['add', 'delete'] as const) {
        const begunMs = performance.now();
        await rules.change(kind === 'add');
        changes[kind].push(performance.now() - begunMs);
      }
    for (const kind of ['add', 'delete'] as const)
      result[`${name}_${kind}_p50_ms`] = rounded(quantile(changes[kind], 0.5));
  }
  const packets = new Map(measured.map(({ name }) => [name, [] as number[]]));
  const connections = new Map(measured.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++)
    for (const { name, cell } of measured) {
      packets.get(name)?.push(await cell.measure((sender) => sender.perPacketUs(ROUND_MS)));
      connections.get(name)?.push(await cell.measure((sender) => sender.perConnectionUs(ROUND_MS)));
    }
  for (const [name, figures] of packets) result[`${name}_packet_us`] = rounded(quantile(figures, 0.1));
  for (const [name, figures] of connections) result[`${name}_connection_us`] = rounded(quantile(figures, 0.1));
  return result;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
