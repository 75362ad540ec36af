import type { LeaseDocument } from '@heddle/calc';
import { blockContains, parseBlock, type Ipv4Block } from '@heddle/domain';

/** The lease that a cell holds, and what it has heard of it. */
export interface Holding {
  readonly cell: string;
  readonly incarnation: string;
  readonly overlaySubnet: string;
  /** CIDRs of the networks that the overlay consists of, as far as the cell was told. */
  readonly overlayNetworks: readonly string[];
  /** The newest change of which a document confirmed the lease; 0 before the first. */
  readonly confirmedRev: number;
}

/** What a document of a lease, its own or another's, says to the holder of one. */
export type Verdict =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'confirmed'; readonly rev: number }
  /** The document speaks against the lease but may be older than it; or is of a network that the cell was not told of. */
  | { readonly kind: 'in-doubt' }
  /** The lease is not this cell's any more. */
  | { readonly kind: 'lost'; readonly why: string };

const NOTHING: Verdict = { kind: 'nothing' };

/**
 * Judges a document by its change alone, never by a clock. One's own document that speaks of an end, of another
 * incarnation or another subnet is the end of the lease if it came after the lease was confirmed; before, it may be
 * that of an earlier lease. Another cell that holds the subnet by a newer change is the one the log gave it to.
 */
export function judge(holding: Holding, document: LeaseDocument): Verdict {
  return document.cell === holding.cell ? judgeOwn(holding, document) : judgeOther(holding, document);
}

function judgeOwn(holding: Holding, { rev, peer, incarnation }: LeaseDocument): Verdict {
  const { cell, overlaySubnet, confirmedRev } = holding;
  const isMine = incarnation === undefined || incarnation === holding.incarnation;
  if (isMine && peer?.overlaySubnet === overlaySubnet) return { kind: 'confirmed', rev };
  if (confirmedRev === 0) return { kind: 'in-doubt' };
  if (rev <= confirmedRev) return NOTHING;
  const why = !isMine
    ? `another incarnation of ${cell} (${incarnation}) took over`
    : peer === null
      ? 'it was released, fenced or expired'
      : `${cell} holds ${peer.overlaySubnet} now`;
  return { kind: 'lost', why: `${cell} lost ${overlaySubnet} by change ${rev}: ${why}` };
}

function judgeOther(holding: Holding, { rev, peer }: LeaseDocument): Verdict {
  const { cell, overlaySubnet, overlayNetworks, confirmedRev } = holding;
  const theirs = peer && blockOf(peer.overlaySubnet);
  if (!theirs) return NOTHING;
  if (!overlayNetworks.some((network) => blockContains(parseBlock(network), theirs))) return { kind: 'in-doubt' };
  if (confirmedRev === 0 || rev < confirmedRev || !overlap(theirs, parseBlock(overlaySubnet))) return NOTHING;
  return { kind: 'lost', why: `${cell} lost ${overlaySubnet} by change ${rev}: it belongs to ${peer.cell} now` };
}

function overlap(one: Ipv4Block, other: Ipv4Block): boolean {
  return blockContains(one, other) || blockContains(other, one);
}

/** `null` for what is no block: a malformed lease takes nothing from anybody. */
function blockOf(text: string): Ipv4Block | null {
  try {
    return parseBlock(text);
  } catch {
    return null;
  }
}
