import { blockContains, formatIpv4, parseBlock } from '@heddle/domain';
import type { Link, LinkAddress } from '../netlink/links';
import { attributeOf } from '../netlink/messages';

/** The VTEP of a cell. */
export const VTEP_NAME = 'silk-vtep';

/** How the end of the tunnels on this cell must look. */
export interface VtepOptions {
  /** `silk-vtep` */
  readonly name: string;
  /** The number of the network inside the tunnels; 1 in Cloud Foundry. */
  readonly vni: number;
  /** UDP port of the tunnels; 4789. */
  readonly port: number;
  /** The cell's own address on the network that carries the tunnels. */
  readonly underlayAddress: string;
  /** The interface that holds the underlay address; found when not given. */
  readonly underlayDevice?: string;
  /** CIDRs of the networks the overlay consists of. */
  readonly overlayNetworks: readonly string[];
  /** CIDR of the cell's own lease, in one of the networks; its lowest address becomes the VTEP's. */
  readonly overlaySubnet: string;
  readonly overlayHardwareAddress: string;
}

/** What identifies a VTEP; two with the same say the same on the wire. */
export interface VtepLink {
  readonly hardwareAddress: string;
  readonly vni: number;
  readonly local: string;
  readonly device: string;
  readonly port: number;
  readonly learning: boolean;
  readonly gbp: boolean;
  /** One address for each network of the overlay, with its prefix, so that every gateway of a peer is on the link; ascending. */
  readonly addresses: readonly string[];
  readonly isUp: boolean;
}

/** A VTEP as the kernel has it. */
export interface StandingVtep {
  readonly link: VtepLink;
  /** Bytes. */
  readonly mtu: number;
}

/** The link a VTEP of these options on this device is. */
export function wantedLink(options: VtepOptions, device: string): VtepLink {
  return {
    hardwareAddress: options.overlayHardwareAddress.toLowerCase(),
    vni: options.vni,
    local: options.underlayAddress,
    device,
    port: options.port,
    learning: false,
    gbp: true,
    addresses: addressesOf(options),
    isUp: true,
  };
}

/** In the network of the lease the lease's lowest address, in every other one that network's: as silk has it. */
function addressesOf({ overlayNetworks, overlaySubnet }: VtepOptions): string[] {
  const lease = parseBlock(overlaySubnet);
  return overlayNetworks
    .map(parseBlock)
    .map((network) => ({ network, base: blockContains(network, lease) ? lease.base : network.base }))
    .map(({ network, base }) => `${formatIpv4(base)}/${network.prefixLength}`)
    .sort();
}

/**
 * The commands of `ip -batch` that make it. The hardware address is given at creation, or udev replaces it; naming the
 * device lets the kernel bound the MTU (the device's − 50).
 */
export function renderVtep(name: string, link: VtepLink): string {
  return (
    `link add ${name} address ${link.hardwareAddress} type vxlan id ${link.vni} local ${link.local} ` +
    `dev ${link.device} dstport ${link.port} nolearning gbp\n` +
    `link set ${name} up\n` +
    link.addresses.map((address) => `addr add ${address} dev ${name} scope link\n`).join('')
  );
}

/** From `<linux/if_link.h>`. */
const IFLA_VXLAN = { id: 1, device: 3, local: 4, learning: 7, port: 15, gbp: 18 };

/** The number of the device that carries the tunnels of a link; 0 when it is bound to none, or no VXLAN at all. */
export function underlayIndexOf({ data }: Link): number {
  return attributeOf(IFLA_VXLAN.device, data)?.readUInt32LE(0) ?? 0;
}

/**
 * What a link is as a VTEP; one that is no VXLAN at all comes out as equal to none wanted.
 * @param device the name of the device that carries its tunnels, empty for none
 * @param addresses of any devices
 */
export function standingVtep(link: Link, device: string, addresses: readonly LinkAddress[]): StandingVtep {
  const value = (type: number): Buffer | undefined => attributeOf(type, link.data);
  const local = value(IFLA_VXLAN.local);
  return {
    link: {
      hardwareAddress: link.hardwareAddress,
      vni: value(IFLA_VXLAN.id)?.readUInt32LE(0) ?? 0,
      local: local?.length === 4 ? formatIpv4(local.readUInt32BE(0)) : '',
      device,
      port: value(IFLA_VXLAN.port)?.readUInt16BE(0) ?? 0,
      learning: value(IFLA_VXLAN.learning)?.readUInt8(0) !== 0,
      gbp: value(IFLA_VXLAN.gbp) !== undefined,
      addresses: addresses
        .flatMap(({ index, address, prefixLength }) => (index === link.index ? `${address}/${prefixLength}` : []))
        .sort(),
      isUp: link.isUp,
    },
    mtu: link.mtu,
  };
}
