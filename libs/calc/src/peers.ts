import type { LeaseDocument, Peer } from './inputs';

/**
 * The other cells, by name ascending. Where two documents claim the same subnet or the same hardware address, the newer
 * change is right: the end of the other lease is a document that has not come yet, or never will.
 */
export function peersOf(cell: string, leases: ReadonlyMap<string, LeaseDocument>): Peer[] {
  const claims = [...leases.values()].filter((lease) => lease.peer !== null && lease.cell !== cell);
  const claimed = new Set<string>();
  return claims
    .sort((a, b) => b.rev - a.rev)
    .flatMap(({ peer }) => (peer && isFirstToClaim(peer, claimed) ? [peer] : []))
    .sort((a, b) => (a.cell < b.cell ? -1 : 1));
}

function isFirstToClaim({ overlaySubnet, overlayHardwareAddress }: Peer, claimed: Set<string>): boolean {
  if (claimed.has(overlaySubnet) || claimed.has(overlayHardwareAddress)) return false;
  claimed.add(overlaySubnet).add(overlayHardwareAddress);
  return true;
}
