import type { ContainerRequest } from '../container';
import { CniCode, CniError } from './cni-error';
import type { PreviousResult } from './invocation';

/**
 * What the plugins before have given a container: the one address of its interface, and the interfaces on the host.
 * @throws {CniError} where there is none, or something for which there are no policies.
 */
export function givenIn({ interfaces, ips }: PreviousResult, ifname: string): NonNullable<ContainerRequest['given']> {
  const own = interfaces.findIndex(({ name, sandbox }) => name === ifname && sandbox);
  const addresses = ips.filter((ip) => ip.interface === undefined || ip.interface === own);
  const [first, ...others] = addresses.map(({ address }) => address.split('/')[0] as string);
  if (own === -1 || first === undefined) throw wrong(`it has no address of ${ifname} in the container`);
  const sixth = [first, ...others].find((address) => address.includes(':'));
  // It would be a way around every policy.
  if (sixth !== undefined)
    throw wrong(`${sixth} is of IPv6, for which there are no policies: leave it out of the network`);
  if (others.length > 0) throw wrong(`${ifname} has ${1 + others.length} addresses, and policies are about one`);
  return { address: first, hostInterfaces: interfaces.filter(({ sandbox }) => !sandbox).map(({ name }) => name) };
}

function wrong(why: string): CniError {
  return new CniError(CniCode.invalidConfig, `prevResult: ${why}`);
}
