import { ANSWER, REVERSED } from '../answer-marks';
import { VTEP_NAME } from '../vxlan/vtep-link';
import type { OutsideOptions } from '../outside-options';
import { hashOf } from './fingerprint';
import { FROM_OUTSIDE, renderOutsideChains, renderOutsideSets } from './outside-table';
import { TABLE } from './runner';

/** What the static part of the table depends on. */
export interface TableOptions extends OutsideOptions {
  /** UDP port of the tunnels. */
  readonly vxlanPort: number;
  /** Whether a revoked permission also ends the connections it allowed. */
  readonly cutLive: boolean;
}

/**
 * Holds a number that is made of the text of everything below, so that a table of another version or for other options is known by
 * it; only then is the table loaded anew.
 */
export const SCHEMA_SET = 'schema';

/** Holds the fingerprint of the static part as the kernel lists it, so that whoever has changed it shows. */
export const FINGERPRINT_SET = 'fingerprint';

/**
 * The whole table without elements, as one transaction that puts it in the place of whatever stood there.
 *
 * How a packet goes: what a container sends is checked for its source and gets the tag of its app as mark (`tagging`);
 * between cells VXLAN-GBP carries the mark; what goes to a container, from this cell or another, is looked up by
 * destination, mark, protocol and port (`check`). Chains never change at run time; only elements do.
 *
 * - Fails closed: everything forwarded to a container's interface (`s-*`) goes through `check`, so an address without
 *   programmed rules receives nothing. There is no list of guarded addresses that could miss one.
 * - A source address that is not the container's own is dropped (`senders`). An app without a tag sends unmarked
 *   instead of being dropped here: its destination refuses it at once, and the caller sees a refusal, not a time-out.
 * - Only answers pass without being looked up, and both cells have to agree that a packet is one. The cell that let a flow in
 *   keeps the tag of the app that opened it with the connection (`allowed`), and marks what its container answers with that
 *   tag and {@link ANSWER}, the policy-applied bit of GBP. The other cell takes the answer if it knows the connection. Datagrams
 *   know no handshake, so of them it takes only what is for the app that opened the flow (`answers`). So whoever has an address
 *   now neither answers on flows of the one before, nor hears answers that were meant for that one.
 * - Each packet of the one who opened the connection is looked up anew, so a revoked permission also cuts what is open
 *   (measured: +0.18 µs a packet); without `cutLive` what is established passes, whoever has the address.
 * - A reset passes on what was established, for the end that gets one should know that it is over.
 * - Exact ports are a hash lookup whatever their number; only wide ranges need the interval set.
 * - What goes neither to a container nor into the tunnels leaves the overlay, and security groups decide (`outside-table.ts`).
 * - VXLAN knows no authentication: a container could forge tagged packets by sending to the tunnel port. Neither may it
 *   send there, nor does the cell take tunnel packets from anyone but the other cells.
 */
export function renderTable(options: TableOptions, table: string = TABLE): string {
  return `add table ${table}
delete table ${table}
table ${table} {
  set ${SCHEMA_SET} {
    type mark
    elements = { ${schemaOf(options)} }
  }
${renderStaticPart(options)}}
`;
}

/** What {@link SCHEMA_SET} holds. */
export function schemaOf(options: TableOptions): number {
  return hashOf(renderStaticPart(options));
}

function renderStaticPart(options: TableOptions): string {
  const { vxlanPort, cutLive } = options;
  const both = ANSWER | REVERSED;
  return `  set ${FINGERPRINT_SET} {
    type mark
  }
  set senders {
    type ifname . ipv4_addr
    size 65536
  }
  map src_tag {
    type ifname . ipv4_addr : mark
    size 65536
  }
  set answers {
    type ipv4_addr . mark
    size 65536
  }
  set peers {
    type ipv4_addr
    size 65536
  }
  set allow {
    type ipv4_addr . mark . inet_proto . inet_service
    size 1048576
    counter
  }
  set allow_range {
    type ipv4_addr . mark . inet_proto . inet_service
    size 65536
    flags interval
    counter
  }
${renderOutsideSets(options)}  chain vtep_input {
    type filter hook input priority filter - 10; policy accept;
    iifname "s-*" udp dport ${vxlanPort} counter drop
    udp dport ${vxlanPort} ip saddr != @peers counter drop
  }
  chain tagging {
    type filter hook forward priority mangle; policy accept;
    iifname "s-*" goto from_container
  }
  chain from_container {
    iifname . ip saddr != @senders counter drop
    udp dport ${vxlanPort} counter drop
    ct direction reply ct mark & ${both} == ${ANSWER} meta mark set ct mark return
    ct direction original ct mark & ${both} == ${both} meta mark set ct mark & ${0xffffffff - REVERSED} return
    meta mark set iifname . ip saddr map @src_tag
  }
  chain forwarded {
    type filter hook forward priority filter - 5; policy accept;
    oifname "s-*" goto check
    iifname "s-*" oifname != "${VTEP_NAME}" goto outward
  }
  chain check {
${cutLive ? ANSWERS_ONLY : WHATEVER_IS_ESTABLISHED}
    ct state related accept
    ${FROM_OUTSIDE} ct status dnat ip daddr . meta l4proto . th dport @targets accept
    ip daddr . meta mark . meta l4proto . th dport @allow goto allowed
    ip daddr . meta mark . meta l4proto . th dport @allow_range goto allowed
    meta l4proto tcp counter reject with tcp reset
    counter reject with icmp type port-unreachable
  }
  chain allowed {
    ct direction original ct mark set meta mark | ${ANSWER} accept
    ct mark set meta mark | ${both} accept
  }
${renderOutsideChains(options)}`;
}

/** What comes from outside the overlay carries no mark, so there this cell alone says what answers. */
const ANSWERS_ONLY = `    ct state established meta l4proto tcp meta mark & ${ANSWER} == ${ANSWER} accept
    ct state established ip daddr . meta mark @answers accept
    iifname != "s-*" meta iifkind != "vxlan" ct direction reply ct state established accept
    ct state established tcp flags & rst == rst accept`;

const WHATEVER_IS_ESTABLISHED = '    ct state established accept';

/** Removes the table; succeeds when there is none, and touches no other. */
export function renderRemoval(table = TABLE): string {
  return `add table ${table}\ndelete table ${table}\n`;
}
