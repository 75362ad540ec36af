import { DataplaneUnavailable } from '../dataplane-unavailable';
import { listAddresses, readLink } from '../netlink/links';
import { withRtnetlink } from '../netlink/rtnetlink';

/**
 * Finds the interface that holds the cell's address on the network that carries the tunnels.
 * @throws {DataplaneUnavailable} when none does.
 * @throws {KernelRefused}
 */
export function findUnderlayDevice(underlayAddress: string): Promise<string> {
  return withRtnetlink(async (socket) => {
    const held = (await listAddresses(socket)).find(({ address }) => address === underlayAddress);
    const device = held && (await readLink(socket, held.index));
    if (device) return device.name;
    throw new DataplaneUnavailable(
      `no interface of this cell holds the underlay address ${underlayAddress}; correct the address, or give it to an interface`,
    );
  });
}
