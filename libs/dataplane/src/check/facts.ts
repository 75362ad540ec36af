import type { Peer } from '@heddle/calc';
import { z } from 'zod';
import { runCommand } from '../command';
import { readPeers } from '../vxlan/kernel-peers';
import type { PeerEntries } from '../vxlan/peer-entries';
import { findUnderlayDevice } from '../vxlan/underlay-device';
import { readVtep } from '../vxlan/vtep';
import { wantedLink, type StandingVtep, type VtepLink, type VtepOptions } from '../vxlan/vtep-link';

/** How far packets of each kind get to a peer; `null` for what was not tried. */
export interface Reach {
  readonly peer: Peer;
  readonly small: boolean;
  /** A small packet that has no checksum; tried when the one with a checksum is lost. */
  readonly withoutChecksum: boolean | null;
  /** The longest packet that arrived, in bytes; the VTEP's MTU when all is well. */
  readonly longest: number | null;
}

/** What the kernel of a cell shows of the overlay. */
export interface OverlayFacts {
  readonly name: string;
  readonly wanted: VtepLink;
  readonly standing: StandingVtep | null;
  /** Bytes that fit through the device that carries the tunnels. */
  readonly underlayMtu: number;
  /** Other VXLAN devices on the UDP port of the tunnels. */
  readonly onSamePort: readonly string[];
  /** What the kernel holds of peers; `null` without a VTEP. */
  readonly entries: PeerEntries | null;
}

const devices = z.array(
  z.object({
    ifname: z.string(),
    linkinfo: z.object({ info_data: z.object({ port: z.number().default(0) }).optional() }).optional(),
  }),
);
const links = z.tuple([z.object({ mtu: z.number() })]);

/** Reads them. @throws {CommandFailed} or {KernelRefused} when the kernel cannot be asked. */
export async function readFacts(options: VtepOptions): Promise<OverlayFacts> {
  const { name, port } = options;
  const device = options.underlayDevice ?? (await findUnderlayDevice(options.underlayAddress));
  const standing = await readVtep(name);
  const [underlay, tunnels] = await Promise.all([
    runCommand('ip', ['-j', 'link', 'show', 'dev', device]),
    runCommand('ip', ['-j', '-d', 'link', 'show', 'type', 'vxlan']),
  ]);
  const clashing = devices
    .parse(JSON.parse(tunnels || '[]'))
    .filter(({ ifname, linkinfo }) => ifname !== name && linkinfo?.info_data?.port === port)
    .map(({ ifname }) => ifname);
  return {
    name,
    wanted: wantedLink(options, device),
    standing,
    underlayMtu: links.parse(JSON.parse(underlay))[0].mtu,
    onSamePort: clashing,
    entries: standing && (await readPeers(name)),
  };
}
