import { netlinkMessage, NLM_F_DUMP, NLM_F_REQUEST } from '../netlink/messages';
import { linkIndexOf } from '../netlink/links';
import { requestEach, withRtnetlink, type RouteRequest } from '../netlink/rtnetlink';
import { takeList } from '../netlink/take-list';
import type { PeerChange } from './peer-delta';
import type { PeerEntries } from './peer-entries';
import { neighboursOn, readForwarding, readNeighbour, readRoute, renderChange, routesOn } from './peer-messages';
import { PeersRefused } from './peers-refused';

/** Reads what the kernel holds of peers on a VTEP. @throws {KernelRefused} when there is no such VTEP. */
export function readPeers(vtep: string): Promise<PeerEntries> {
  return withRtnetlink(async (socket) => {
    const device = await linkIndexOf(socket, vtep);
    const listed = async <T>(
      what: string,
      request: RouteRequest,
      read: (body: Buffer) => [string, T] | null,
    ): Promise<Map<string, T>> => {
      const asked = netlinkMessage({ ...request, flags: NLM_F_REQUEST | NLM_F_DUMP, sequence: 0 });
      return new Map(await takeList(socket, { what, request: asked }, read));
    };
    return {
      routes: await listed('routes', routesOn(device), readRoute),
      neighbours: await listed('neighbours', neighboursOn(device, 'neighbour'), readNeighbour),
      forwarding: await listed('forwarding entries', neighboursOn(device, 'forwarding'), readForwarding),
    };
  });
}

/**
 * Changes what the kernel holds of peers on a VTEP, in this order; one entry's trouble is not every entry's.
 * @throws {PeersRefused} when some were refused; the others were made
 * @throws {KernelRefused} when there is no such VTEP.
 */
export function changePeers(vtep: string, changes: readonly PeerChange[]): Promise<void> {
  return withRtnetlink(async (socket) => {
    const device = await linkIndexOf(socket, vtep);
    const refused = await requestEach(socket, changes, (change) => renderChange(change, device));
    if (refused.length > 0) throw new PeersRefused(refused, changes.length);
  });
}
