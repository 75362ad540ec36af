import { octetsOf, parseIpv4 } from '@heddle/domain';

/** The address every container has as its gateway; it exists only on the links between host and container (as silk has it). */
export const GATEWAY_ADDRESS = '169.254.0.1';

/** What every host side's name begins with; the rules go by it. */
export const HOST_INTERFACE_PREFIX = 's-';

/** How fast something may go. */
export interface RateLimit {
  /** Bits a second. */
  readonly rate: number;
  /** Bits that may come at once. */
  readonly burst: number;
}

/** What a container may receive (`ingress`) and send (`egress`); `null` for as much as there is. */
export interface Bandwidth {
  readonly ingress: RateLimit | null;
  readonly egress: RateLimit | null;
}

/** A container to be put on the overlay. */
export interface ContainerAttachment {
  /** Path of its network namespace (`/run/netns/x`). */
  readonly netns: string;
  /** Overlay address, dotted. */
  readonly address: string;
  /** Bytes; the MTU of the VTEP. */
  readonly mtu: number;
  /** Name of its end in the container: `eth0`. */
  readonly containerInterface: string;
  /** How much may go over the link; without it, as much as there is. */
  readonly bandwidth?: Bandwidth;
}

/**
 * The name of the host side of a container's veth pair: `10.255.1.2` → `s-010255001002`.
 * @throws {RangeError} when it is not an address.
 */
export function hostInterfaceOf(address: string): string {
  const octets = octetsOf(parseIpv4(address)).map((octet) => String(octet).padStart(3, '0'));
  return HOST_INTERFACE_PREFIX + octets.join('');
}

/** The hardware addresses of both ends, made from the overlay address: `10.255.1.2` → `aa:aa:0a:ff:01:02`, `ee:ee:…`. */
export function hardwareAddressesOf(address: string): { readonly host: string; readonly container: string } {
  const octets = octetsOf(parseIpv4(address)).map((octet) => octet.toString(16).padStart(2, '0'));
  return { host: ['aa', 'aa', ...octets].join(':'), container: ['ee', 'ee', ...octets].join(':') };
}

/**
 * The commands of `ip -batch` on the host that make the pair; its host side stays down. The container's end is born in
 * the container's namespace under its final name.
 */
export function renderPair({ netns, address, mtu, containerInterface }: ContainerAttachment): string {
  const hardware = hardwareAddressesOf(address);
  const host = hostInterfaceOf(address);
  return lines(
    `link add ${host} address ${hardware.host} mtu ${mtu} type veth ` +
      `peer name ${containerInterface} address ${hardware.container} mtu ${mtu} netns ${netns}`,
    `link set ${host} arp off`,
  );
}

/** The commands of `ip -batch` inside the container. */
export function renderContainerSide({ address, containerInterface: name }: ContainerAttachment): string {
  return lines(
    'link set lo up',
    `link set ${name} arp off`,
    `link set ${name} up`,
    `addr add ${address} peer ${GATEWAY_ADDRESS}/32 dev ${name} scope link`,
    `neigh replace ${GATEWAY_ADDRESS} lladdr ${hardwareAddressesOf(address).host} dev ${name} nud permanent`,
    `route replace default via ${GATEWAY_ADDRESS} dev ${name} src ${address}`,
  );
}

/** The commands of `ip -batch` on the host that let traffic through: the last thing done. */
export function renderHostSide({ address }: ContainerAttachment): string {
  const host = hostInterfaceOf(address);
  return lines(
    `addr add ${GATEWAY_ADDRESS} peer ${address}/32 dev ${host} scope link`,
    `link set ${host} up`,
    `neigh replace ${address} lladdr ${hardwareAddressesOf(address).container} dev ${host} nud permanent`,
  );
}

/** @throws {RangeError} when a word cannot stand in a command as it is. */
export function requirePlain(word: string): void {
  if (!/^[\w./-]+$/.test(word)) throw new RangeError(`'${word}' is not a plain name or path`);
}

function lines(...commands: readonly string[]): string {
  return commands.map((command) => `${command}\n`).join('');
}
