import type { ConfigurationOf } from '@heddle/platform';
import type { ContainerRequest } from '../container';
import type { AddInvocation, NetOutRule, PortMapping } from './invocation';

/** What of the cell a container's way to the outside depends on. */
export type CellOutside = Pick<ConfigurationOf<'cell-agent'>, 'underlayAddress' | 'securityGroups' | 'dnsServers'>;

/** Some runtimes write this where nobody has named an address. */
const ANY_ADDRESS = '0.0.0.0';

const PROTOCOLS = ['all', 'tcp', 'udp', 'icmp'] as const;

/** Which ports lead to the container, and what it may reach where that comes with it. */
export function outsideRequest(
  { portMappings, netOutRules }: AddInvocation['config']['runtimeConfig'],
  { underlayAddress, securityGroups }: CellOutside,
): Pick<ContainerRequest, 'published' | 'netOut'> {
  const published = (portMappings ?? []).map(({ protocol, hostPort, containerPort, hostIP }: PortMapping) => {
    const hostAddress = hostIP === undefined || hostIP === ANY_ADDRESS ? underlayAddress : hostIP;
    return { protocol, hostPort, containerPort, hostAddress };
  });
  return { published, netOut: securityGroups === 'given' ? (netOutRules ?? []).map(groupRule) : null };
}

/** In the words of a security group. Garden leaves out one end of a range that has one address, and a network that is everything. */
function groupRule({
  protocol,
  networks,
  ports,
  icmps,
  log,
}: NetOutRule): NonNullable<ContainerRequest['netOut']>[number] {
  const everything = [{ start: '0.0.0.0', end: '255.255.255.255' }];
  const places = (networks?.length ? networks : everything).map(
    ({ start, end }) => `${start ?? end ?? ''}-${end ?? start ?? ''}`,
  );
  const numbers = (ports ?? []).map(({ start, end }) => `${start}-${end ?? start}`);
  return {
    protocol: PROTOCOLS[protocol] ?? 'all',
    destination: places.join(','),
    ports: numbers.join(','),
    type: icmps?.type ?? -1,
    code: icmps?.code ?? -1,
    log,
  };
}
