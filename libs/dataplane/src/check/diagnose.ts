import type { Peer } from '@heddle/calc';
import { isDeepStrictEqual } from 'node:util';
import { routeText, type PeerEntries } from '../vxlan/peer-entries';
import type { Finding, FindingCode } from './finding';
import type { OverlayFacts, Reach } from './facts';

/** What VXLAN adds to a packet: Ethernet, IP, UDP and its own header. */
const TUNNEL_BYTES = 50;

/** A peer with the entries it should have. */
export interface ExpectedPeer {
  readonly peer: Peer;
  readonly entries: PeerEntries;
}

/** What is wrong, from this cell outwards: what lies nearer explains what lies behind it, so it comes first. */
export function diagnose(
  facts: OverlayFacts,
  expected: readonly ExpectedPeer[],
  reaches: readonly Reach[],
): readonly Finding[] {
  const here = [...portFindings(facts), ...vtepFindings(facts)];
  const tables = expected.flatMap((each) => entryFindings(facts, each));
  const unexplained = reaches.filter(({ peer }) => !tables.some((finding) => finding.peer === peer.cell));
  return [...here, ...tables, ...unexplained.flatMap((reach) => reachFindings(facts, reach))];
}

function portFindings({ onSamePort, wanted: { port } }: OverlayFacts): Finding[] {
  return onSamePort.map((device) =>
    ofHere(
      'port-clash',
      `UDP port ${port} is also that of the VXLAN device ${device}: give one of them another port (HEDDLE_VXLAN_PORT)`,
    ),
  );
}

function vtepFindings({ name, wanted, standing, underlayMtu }: OverlayFacts): Finding[] {
  const again = 'the agent makes it anew within a minute';
  if (!standing) return [ofHere('vtep-missing', `there is no ${name}: ${again}`)];
  const { link, mtu } = standing;
  const found: Finding[] = [];
  if (!link.isUp) found.push(ofHere('vtep-down', `${name} is down: ${again}`));
  if (link.hardwareAddress !== wanted.hardwareAddress)
    found.push(
      ofHere(
        'wrong-hardware-address',
        `${name} has ${link.hardwareAddress} and not ${wanted.hardwareAddress}, where the others send: ${again}; let udev and network managers leave ${name} alone`,
      ),
    );
  const { isUp, hardwareAddress } = wanted;
  if (!isDeepStrictEqual({ ...link, isUp, hardwareAddress }, wanted))
    found.push(
      ofHere('vtep-differs', `${name} is ${JSON.stringify(link)} and not ${JSON.stringify(wanted)}: ${again}`),
    );
  if (mtu > underlayMtu - TUNNEL_BYTES)
    found.push(
      ofHere(
        'mtu-too-small',
        `${name} lets ${mtu} bytes through, and ${wanted.device} under it only ${underlayMtu}: raise the MTU of ${wanted.device} to ${mtu + TUNNEL_BYTES}, or restart the agent and then the containers`,
      ),
    );
  return found;
}

function entryFindings({ name, entries }: OverlayFacts, { peer, entries: wanted }: ExpectedPeer): Finding[] {
  if (!entries) return [];
  const missing = <V>(
    code: FindingCode,
    what: string,
    held: ReadonlyMap<string, V>,
    of: ReadonlyMap<string, V>,
    text: (value: V) => string,
  ): Finding[] =>
    [...of].flatMap(([key, value]) => {
      const there = held.get(key);
      if (there !== undefined && text(there) === text(value)) return [];
      const instead = there === undefined ? '' : ` (there is ${text(there)})`;
      const message = `the ${what} ${key} ${text(value)} on ${name} is missing${instead}: the agent makes it anew within a minute`;
      return [{ code, peer: peer.cell, message }];
    });
  return [
    ...missing('missing-forwarding', 'forwarding entry', entries.forwarding, wanted.forwarding, String),
    ...missing('missing-neighbour', 'neighbour', entries.neighbours, wanted.neighbours, String),
    ...missing('missing-route', 'route', entries.routes, wanted.routes, routeText),
  ];
}

function reachFindings({ standing }: OverlayFacts, { peer, small, withoutChecksum, longest }: Reach): Finding[] {
  if (!standing) return [];
  const of = (code: FindingCode, message: string): Finding[] => [{ code, peer: peer.cell, message }];
  const where = `${peer.cell} at ${peer.underlayAddress}`;
  if (!small && withoutChecksum)
    return of(
      'checksum-offload',
      `packets to ${where} arrive only without a checksum, so a network device spoils it: turn off the offload of checksums and of tunnel segmentation (ethtool -K <device> tx-udp_tnl-segmentation off tx-checksum-ip-generic off)`,
    );
  if (!small)
    return of(
      'peer-silent',
      `nothing comes back from ${where}: see whether that cell is up, has this one among its peers, and whether a firewall lets UDP through between them`,
    );
  if (longest === null || longest >= standing.mtu) return [];
  return of(
    'mtu-too-small',
    `packets of ${standing.mtu} bytes to ${where} are lost and those of ${longest} arrive: the network between lets less than ${standing.mtu + TUNNEL_BYTES} bytes through`,
  );
}

function ofHere(code: FindingCode, message: string): Finding {
  return { code, peer: null, message };
}
