import type { Peer } from '@heddle/calc';
import { formatIpv4, parseBlock } from '@heddle/domain';
import { PeerReader } from '../vxlan/peer-entries';
import type { VtepOptions } from '../vxlan/vtep-link';
import { diagnose, type ExpectedPeer } from './diagnose';
import { readFacts, type Reach } from './facts';
import type { Finding } from './finding';
import { arrives } from './probe';

/** Bytes of a packet that fits through everything. */
const SMALL = 60;
/** Lengths to try when the longest packet is lost: under the usual other tunnels, and what IPv6 asks of every link. */
const SHORTER = [1_370, 1_230];

/** What a check of the overlay found. */
export interface OverlayCheck {
  /** How many peers there are, and how many of them were probed. */
  readonly peers: number;
  readonly probed: readonly string[];
  readonly findings: readonly Finding[];
}

/** What to check. */
export interface CheckOptions {
  readonly vtep: VtepOptions;
  readonly peers: readonly Peer[];
  /** The peers to send probes to, at the same time; entries are compared for all. */
  readonly probed: readonly Peer[];
  /** After how long silence is tried a second time; see {@link arrives}. */
  readonly secondTryAfterMs?: number;
}

/**
 * Says what is wrong with the overlay of this cell: compares the VTEP and every peer's entries with the kernel, and sends
 * packets to some peers.
 * @throws {CommandFailed} or {KernelRefused} when the kernel cannot be asked.
 */
export async function checkOverlay({ vtep, peers, probed, secondTryAfterMs }: CheckOptions): Promise<OverlayCheck> {
  const facts = await readFacts(vtep);
  const mtu = facts.standing?.mtu ?? SMALL;
  const reaches = await Promise.all(probed.map((peer) => reachOf(peer, { vtep, mtu, secondTryAfterMs })));
  const findings = diagnose(facts, expectedOf(vtep, peers), reaches);
  return { peers: peers.length, probed: probed.map(({ cell }) => cell), findings };
}

function expectedOf(vtep: VtepOptions, peers: readonly Peer[]): ExpectedPeer[] {
  const reader = new PeerReader(vtep);
  return peers.flatMap((peer) => {
    try {
      return [{ peer, entries: reader.entriesOf(peer) }];
    } catch {
      // A malformed peer has no entries, and an alarm of its own.
      return [];
    }
  });
}

/** How a peer is tried. */
interface Trial extends Pick<CheckOptions, 'vtep' | 'secondTryAfterMs'> {
  /** Bytes that the VTEP lets through. */
  readonly mtu: number;
}

async function reachOf(peer: Peer, { vtep, mtu, secondTryAfterMs }: Trial): Promise<Reach> {
  const [address, from] = [lowestOf(peer.overlaySubnet), lowestOf(vtep.overlaySubnet)];
  const passes = (bytes: number, checksum = true) => arrives({ address, from, bytes, checksum }, secondTryAfterMs);
  const small = await passes(SMALL);
  if (!small) return { peer, small, withoutChecksum: await passes(SMALL, false), longest: null };
  for (const bytes of [mtu, ...SHORTER.filter((shorter) => shorter < mtu)])
    if (await passes(bytes)) return { peer, small, withoutChecksum: null, longest: bytes };
  return { peer, small, withoutChecksum: null, longest: SMALL };
}

function lowestOf(subnet: string): string {
  return formatIpv4(parseBlock(subnet).base);
}
