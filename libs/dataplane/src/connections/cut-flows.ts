import { readFileSync } from 'node:fs';
import type { PortChange } from '@heddle/calc';
import { runCommand } from '../command';
import { ANSWER } from '../answer-marks';
import { runConntrack } from './run-conntrack';
import { isWithdrawn, readFlow, renderForget } from './tracked-flow';

/** Of so many entries at most a list is taken: it is some 20 MB of text and half a second, though not of this thread. */
const MOST_LISTED = 131_072;

/**
 * Ends the flows that some ports were opened for and are not any more, after the rules are gone. A TCP connection ends by the reset
 * that its next packet meets. Datagrams that only the other side still sends meet none, so the kernel forgets their flow: from then
 * on they count as a flow of their own, which nobody allowed. Without removed ports it does nothing, and otherwise it costs one
 * list of the flows that Heddle let in.
 * @returns how many there were; `null` when the kernel tracks too many to tell, and then none was forgotten
 * @throws {CommandFailed} when `conntrack` is missing or refused.
 */
export async function cutFlows(changes: readonly PortChange[]): Promise<number | null> {
  const narrowed = changes.filter(({ before }) => before.length > 0);
  if (narrowed.length === 0) return 0;
  const tracked = countTracked();
  if (tracked === 0) return 0;
  if (tracked > MOST_LISTED) return null;
  const [first] = narrowed;
  // The kernel gives only what carries a mark like that; with one tag in question, only its flows.
  const isOne = narrowed.every(({ tag }) => tag === first?.tag);
  const mark = isOne ? `${ANSWER | (first?.tag ?? 0)}/${ANSWER | 0xffff}` : `${ANSWER}/${ANSWER}`;
  const listed = await runCommand('conntrack', ['--dump', '-f', 'ipv4', '--mark', mark]);
  const byAddress = new Map<string, PortChange[]>();
  for (const change of narrowed) byAddress.set(change.address, [...(byAddress.get(change.address) ?? []), change]);
  const cut = listed
    .split('\n')
    .flatMap((line) => readFlow(line) ?? [])
    .filter((flow) => byAddress.get(flow.destination)?.some((change) => isWithdrawn(flow, change)));
  const datagrams = cut.filter(({ protocol }) => protocol === 'udp');
  if (datagrams.length > 0) await runConntrack(datagrams.map(renderForget).join(''));
  return cut.filter(({ isOver }) => !isOver).length;
}

/** How many connections the kernel tracks in this network namespace; read at once, since it is a file without a disk. */
function countTracked(): number {
  return Number(readFileSync('/proc/sys/net/netfilter/nf_conntrack_count', 'utf8'));
}
