import { isIPv4 } from 'node:net';
import { Failure } from './failure';
import type { CniResult } from './network-list';
import { INTERFACE } from './plugin-chain';
import type { NetIn } from './up-request';

/** What Guardian is told of a container on the network. It keeps the properties, and writes the rest into `resolv.conf`. */
export interface UpAnswer {
  readonly properties: Readonly<Record<string, string>>;
  readonly dns_servers?: readonly string[];
  readonly search_domains?: readonly string[];
}

/** Containers have no address of the host in common; Cloud Foundry's networker says so in this way. */
const NO_HOST_ADDRESS = '255.255.255.255';

/** The members of results that are looked at; of those before 0.3.0 there are none. */
interface Read {
  readonly interfaces?: readonly { readonly name?: string }[];
  readonly ips?: readonly { readonly address?: string; readonly interface?: number }[];
  readonly dns?: { readonly nameservers?: readonly string[] };
}

export function answerTo(result: CniResult, netIn: readonly NetIn[], searchDomains: readonly string[]): UpAnswer {
  const { interfaces = [], ips = [], dns = {} } = result as Read;
  const addresses = ips.map((ip) => ({ address: ip.address?.split('/')[0] ?? '', at: ip.interface ?? -1 }));
  const found = addresses.find(({ address }) => isIPv4(address));
  if (!found) throw new Failure('expected an IPv4 address in the CNI result');
  const mapped = netIn.map(({ host_port, container_port }) => ({ HostPort: host_port, ContainerPort: container_port }));
  const { nameservers = [] } = dns;
  return {
    properties: {
      'garden.network.container-ip': found.address,
      'garden.network.host-ip': NO_HOST_ADDRESS,
      'garden.network.mapped-ports': JSON.stringify(mapped),
      'garden.network.interface': interfaces[found.at]?.name ?? INTERFACE,
    },
    ...(nameservers.length > 0 && { dns_servers: nameservers }),
    ...(searchDomains.length > 0 && { search_domains: searchDomains }),
  };
}
