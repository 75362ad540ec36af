import { GATEWAY_ADDRESS, hardwareAddressesOf, type Bandwidth } from '@heddle/dataplane';
import { containerRequest, type Container, type ContainerRequest } from '../container';
import { CniCode, CniError } from './cni-error';
import { givenIn } from './given';
import { identityOf } from './identity';
import type { AddInvocation } from './invocation';
import { outsideRequest, type CellOutside } from './outside-request';

/** The container that a runtime wants on the network. @throws {CniError} @throws {ZodError} when it cannot be one. */
export function requestOf(invocation: AddInvocation, cell: CellOutside): ContainerRequest {
  const { containerId, netns, ifname, config } = invocation;
  return containerRequest.parse({
    ...identityOf(invocation),
    ...outsideRequest(config.runtimeConfig, cell),
    ...{ handle: containerId, netns, containerInterface: ifname, network: config.name },
    given: config.prevResult ? givenIn(config.prevResult, ifname) : null,
    mtu: config.mtu === 0 ? null : config.mtu,
    bandwidth: bandwidthOf(config.runtimeConfig.bandwidth ?? config),
  });
}

type Rates = Pick<AddInvocation['config'], 'ingressRate' | 'ingressBurst' | 'egressRate' | 'egressBurst'>;

function bandwidthOf({ ingressRate, ingressBurst, egressRate, egressBurst }: Rates): Bandwidth {
  return {
    ingress: limitOf('ingress', ingressRate, ingressBurst),
    egress: limitOf('egress', egressRate, egressBurst),
  };
}

function limitOf(direction: string, rate: number, burst: number): Bandwidth['ingress'] {
  if (rate === 0 && burst === 0) return null;
  if (rate > 0 && burst > 0) return { rate, burst };
  const missing = rate > 0 ? 'Burst' : 'Rate';
  throw new CniError(CniCode.invalidConfig, `${direction}${missing}: a limit takes a rate and a burst, both in bits`);
}

/**
 * What the runtime is told of a container that is on the network: a result of the CNI specification. The name servers are those of
 * the cell, unless the network has its own.
 */
export function resultOf(
  container: Container,
  { cniVersion, dns, prevResult }: AddInvocation['config'],
  { dnsServers }: CellOutside,
): object {
  if (prevResult) return { ...prevResult, cniVersion };
  const { address, hostInterface, containerInterface, netns } = container;
  const hardware = hardwareAddressesOf(address);
  const ip = { interface: 1, address: `${address}/32`, gateway: GATEWAY_ADDRESS };
  return {
    cniVersion,
    interfaces: [
      { name: hostInterface, mac: hardware.host },
      { name: containerInterface, mac: hardware.container, sandbox: netns },
    ],
    // Before 1.0.0 each address said of which kind it is.
    ips: [cniVersion.startsWith('0.') ? { version: '4', ...ip } : ip],
    routes: [{ dst: '0.0.0.0/0', gw: GATEWAY_ADDRESS }],
    dns: { ...(dnsServers && { nameservers: dnsServers }), ...dns },
  };
}
