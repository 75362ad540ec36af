import { octetsOf, parseIpv4 } from '@heddle/domain';
import { hostInterfaceOf, type Bandwidth, type RateLimit } from './container-link';

/** What the name of every device begins with through which what a container sends is held back. */
export const SHAPER_PREFIX = 'i-';

/** How long a packet waits before it is dropped: as in the bandwidth plugin that Cloud Foundry chains. */
const LATENCY_MS = 25;

/** The name of the device that holds back what a container sends: `10.255.1.2` → `i-010255001002`. */
export function shaperOf(address: string): string {
  const octets = octetsOf(parseIpv4(address)).map((octet) => String(octet).padStart(3, '0'));
  return SHAPER_PREFIX + octets.join('');
}

/** The commands of `ip -batch` that make the device which holds back what the container sends, if it is held back. */
export function renderShaper(address: string, { egress }: Bandwidth): string {
  const shaper = shaperOf(address);
  return egress ? `link add ${shaper} type ifb\nlink set ${shaper} up\n` : '';
}

/** The commands of `tc -batch` on the host: a queue towards the container, and one behind the detour of what it sends. */
export function renderTrafficControl(address: string, { ingress, egress }: Bandwidth): string {
  const host = hostInterfaceOf(address);
  const shaper = shaperOf(address);
  return [
    ...(ingress ? [`qdisc add dev ${host} root ${tokenBucket(ingress)}`] : []),
    ...(egress
      ? [
          `qdisc add dev ${host} ingress`,
          // Not every kernel has `matchall`; this matches all as well.
          `filter add dev ${host} parent ffff: protocol all u32 match u32 0 0 action mirred egress redirect dev ${shaper}`,
          `qdisc add dev ${shaper} root ${tokenBucket(egress)}`,
        ]
      : []),
  ]
    .map((command) => `${command}\n`)
    .join('');
}

function tokenBucket({ rate, burst }: RateLimit): string {
  return `tbf rate ${rate}bit burst ${Math.ceil(burst / 8)}b latency ${LATENCY_MS}ms`;
}
