import { blockContains, formatIpv4, parseBlock } from '@heddle/domain';
import { z } from 'zod';

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

const shown = z.tuple([
  z.object({
    flags: z.array(z.string()),
    mtu: z.number(),
    address: z.string().default(''),
    linkinfo: z
      .object({
        info_data: z
          .object({
            id: z.number().default(0),
            local: z.string().default(''),
            link: z.string().default(''),
            port: z.number().default(0),
            learning: z.boolean().default(true),
            gbp: z.boolean().default(false),
          })
          .optional(),
      })
      .optional(),
    addr_info: z.array(
      z.object({ family: z.string(), local: z.string().default(''), prefixlen: z.number().default(0) }),
    ),
  }),
]);

/** Reads `ip -j -d addr show dev <name>`; what is no VXLAN at all comes out as a link equal to none wanted. */
export function parseVtep(json: string): StandingVtep {
  const [{ flags, mtu, address, linkinfo, addr_info }] = shown.parse(JSON.parse(json));
  const vxlan = linkinfo?.info_data;
  return {
    link: {
      hardwareAddress: address,
      vni: vxlan?.id ?? 0,
      local: vxlan?.local ?? '',
      device: vxlan?.link ?? '',
      port: vxlan?.port ?? 0,
      learning: vxlan?.learning ?? true,
      gbp: vxlan?.gbp ?? false,
      addresses: addr_info
        .flatMap(({ family, local, prefixlen }) => (family === 'inet' ? `${local}/${prefixlen}` : []))
        .sort(),
      isUp: flags.includes('UP'),
    },
    mtu,
  };
}
