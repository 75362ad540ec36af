import { existsSync } from 'node:fs';
import { runCommand } from '@heddle/dataplane';
import type { LabCell } from './lab-directory';
import { makeNamespace } from './namespace';

/** The namespace that holds the bridge between the cells. */
const UNDERLAY = 'heddle-underlay';
/** The machine's own end of the underlay, over which cells reach the nats-server. */
const HOST_LINK = 'heddle-host';
/**
 * The underlay's network: from the block that RFC 2544 sets aside for tests of network devices, so that it meets no network in use.
 * The bridge has a namespace of its own, since rules of the machine (docker's, say) apply to bridges of the first one.
 */
const NETWORK = '198.18.0';
const HOST_ADDRESS = `${NETWORK}.1`;
const PREFIX_LENGTH = 24;

/** The address of the machine on the underlay. */
export const hostAddress = HOST_ADDRESS;

/** The underlay address of the `n`th cell, from 1. */
export function cellAddress(n: number): string {
  return `${NETWORK}.${10 + n}`;
}

/** Makes the bridge, and the machine's own link to it. */
export async function makeUnderlay(): Promise<void> {
  await makeNamespace(UNDERLAY);
  await batch(UNDERLAY, ['link add underlay type bridge', 'link set underlay up']);
  await batch(undefined, [
    `link add ${HOST_LINK} type veth peer name host netns ${UNDERLAY}`,
    `addr add ${HOST_ADDRESS}/${PREFIX_LENGTH} dev ${HOST_LINK}`,
    `link set ${HOST_LINK} up`,
  ]);
  await batch(UNDERLAY, ['link set host master underlay up']);
}

/**
 * Removes the machine's own link; one that is gone is fine. Its namespace would take it along, but only some time after it was
 * removed, and a lab that is started at once would find the name taken.
 */
export async function removeHostLink(): Promise<void> {
  const isThere = (): boolean => existsSync(`/sys/class/net/${HOST_LINK}`);
  if (!isThere()) return;
  try {
    await batch(undefined, [`link del ${HOST_LINK}`]);
  } catch (error) {
    // The kernel may have come to it first: it goes with the namespace at its other end, some time after that.
    if (isThere()) throw error;
  }
}

/** Makes the namespace of a cell, with its link to the bridge. */
export async function makeCell({ namespace, underlayAddress, cell }: LabCell): Promise<void> {
  await makeNamespace(namespace);
  await batch(namespace, [
    `link add eth0 type veth peer name ${cell} netns ${UNDERLAY}`,
    `addr add ${underlayAddress}/${PREFIX_LENGTH} dev eth0`,
    'link set eth0 up',
  ]);
  await batch(UNDERLAY, [`link set ${cell} master underlay up`]);
}

async function batch(namespace: string | undefined, lines: readonly string[]): Promise<void> {
  const where = namespace === undefined ? [] : ['-n', namespace];
  await runCommand('ip', [...where, '-batch', '-'], { stdin: `${lines.join('\n')}\n` });
}
