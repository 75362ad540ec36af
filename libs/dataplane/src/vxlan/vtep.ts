import { isDeepStrictEqual } from 'node:util';
import { runCommand, saysNoSuchInterface } from '../command';
import { DataplaneUnavailable } from '../dataplane-unavailable';
import { listAddresses, readLink } from '../netlink/links';
import { withRtnetlink } from '../netlink/rtnetlink';
import { findUnderlayDevice } from './underlay-device';
import {
  renderVtep,
  standingVtep,
  underlayIndexOf,
  wantedLink,
  type StandingVtep,
  type VtepOptions,
} from './vtep-link';

/** Silk found that udev may replace the hardware address right after creation; a second hand that does it each time will not stop. */
const MOST_CREATIONS = 3;

/** The VTEP as it stands. */
export interface Vtep {
  readonly name: string;
  /** Bytes: what a container's interface may carry at most. */
  readonly mtu: number;
  /** Whether it had to be made (anew); then it has no peers. */
  readonly created: boolean;
}

/**
 * Makes sure of the end of the tunnels on this cell. One that is as it should be is left alone, with its peers and the
 * traffic on it; any other of that name is replaced. What was made is read back.
 * @throws {DataplaneUnavailable} when no interface holds the underlay address, or the VTEP does not come out as asked for.
 * @throws {CommandFailed} when the kernel refuses.
 */
export async function ensureVtep(options: VtepOptions): Promise<Vtep> {
  const { name } = options;
  const wanted = wantedLink(options, options.underlayDevice ?? (await findUnderlayDevice(options.underlayAddress)));
  for (let creations = 0; ; creations++) {
    const standing = await readVtep(name);
    if (standing && isDeepStrictEqual(standing.link, wanted))
      return { name, mtu: standing.mtu, created: creations > 0 };
    if (creations === MOST_CREATIONS) throw new DataplaneUnavailable(unlike(name, wanted, standing));
    if (standing) await removeVtep(name);
    await runCommand('ip', ['-batch', '-'], { stdin: renderVtep(name, wanted) });
  }
}

/** Removes the VTEP with its peers; succeeds when there is none. @throws {CommandFailed} */
export async function removeVtep(name: string): Promise<void> {
  try {
    await runCommand('ip', ['link', 'delete', 'dev', name]);
  } catch (error) {
    if (!saysNoSuchInterface(error)) throw error;
  }
}

/** The VTEP as the kernel has it; `null` for none. @throws {KernelRefused} */
export function readVtep(name: string): Promise<StandingVtep | null> {
  return withRtnetlink(async (socket) => {
    const link = await readLink(socket, name);
    if (!link) return null;
    const carrying = underlayIndexOf(link);
    const device = carrying > 0 ? await readLink(socket, carrying) : null;
    return standingVtep(link, device?.name ?? '', await listAddresses(socket));
  });
}

function unlike(name: string, wanted: StandingVtep['link'], standing: StandingVtep | null): string {
  return (
    `${name} is ${JSON.stringify(standing?.link ?? null)} after it was made as ${JSON.stringify(wanted)}; ` +
    `something else on this machine (udev, a network manager) changes it: make it ignore ${name}`
  );
}
