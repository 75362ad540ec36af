import type { Peer } from '@heddle/calc';
import { formatIpv4 } from '@heddle/domain';
import { ensureVtep, PeerTable } from '@heddle/dataplane';
import { NetworkNamespace } from '@heddle/testing';

/** 10.0.0.0/8 has room for every size measured. */
const OVERLAY = { overlayNetworks: ['10.0.0.0/8'], overlaySubnet: '10.255.255.0/24' };
const VTEP = {
  ...{ name: 'silk-vtep', vni: 1, port: 4789, underlayAddress: '192.0.2.1' },
  ...{ overlayHardwareAddress: 'ee:ee:0a:ff:ff:00', ...OVERLAY },
};
const ROUNDS = 3;

/** Programming so many peers into an empty kernel, then one more, and then nothing but a comparison with the kernel. */
export async function programPeers(sizes: readonly number[]): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const size of sizes) {
    const rounds: Programming[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await programOnce(size));
    const least = (name: keyof Programming): number =>
      Math.round(Math.min(...rounds.map((each) => each[name])) * 10) / 10;
    figures[`program_${size}_ms`] = least('allMs');
    figures[`program_one_at_${size}_ms`] = least('oneMs');
    figures[`reconcile_${size}_ms`] = least('reconcileMs');
  }
  return figures;
}

interface Programming {
  readonly allMs: number;
  readonly oneMs: number;
  readonly reconcileMs: number;
}

async function programOnce(size: number): Promise<Programming> {
  const namespace = NetworkNamespace.create('heddle-bench-peers');
  try {
    for (const line of [
      'link set lo up',
      'link add underlay type veth peer name other-end',
      'addr add 192.0.2.1/24 dev underlay',
      'link set underlay up',
    ])
      namespace.run('ip', ...line.split(' '));
    return await namespace.within(async () => {
      await ensureVtep(VTEP);
      const table = await PeerTable.open({ vtep: VTEP.name, ...OVERLAY });
      const peers = Array.from({ length: size }, (_, i) => peerOf(i + 1));
      const allMs = await timed(() => table.converge(peers));
      const more = [...peers, peerOf(size + 1)];
      const oneMs = await timed(() => table.converge(more));
      const reconcileMs = await timed(async () => {
        await table.reread();
        await table.converge(more);
      });
      return { allMs, oneMs, reconcileMs };
    });
  } finally {
    namespace.delete();
  }
}

function peerOf(n: number): Peer {
  const [high, low] = [n >> 8, n & 255];
  const hex = (octet: number): string => octet.toString(16).padStart(2, '0');
  return {
    cell: `cell-${n}`,
    underlayAddress: formatIpv4(0xac100000 + n),
    overlaySubnet: `10.${high}.${low}.0/24`,
    overlayHardwareAddress: `ee:ee:0a:${hex(high)}:${hex(low)}:00`,
  };
}

async function timed(task: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await task();
  return performance.now() - begun;
}
