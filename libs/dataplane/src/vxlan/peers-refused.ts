import type { Refusal } from '../netlink/rtnetlink';
import type { PeerChange } from './peer-delta';
import { routeText } from './peer-entries';

/** So many are named. */
const NAMED = 5;

/** The kernel refused some entries of peers; the others were made. */
export class PeersRefused extends Error {
  constructor(refused: readonly Refusal<PeerChange>[], of: number) {
    const named = refused.slice(0, NAMED).map(({ item, reason }) => `to ${item.verb} the ${textOf(item)}: ${reason}`);
    const more = refused.length > NAMED ? `; and ${refused.length - NAMED} more` : '';
    super(`the kernel refused ${refused.length} of ${of} changes of peers: ${named.join('; ')}${more}`);
    this.name = 'PeersRefused';
  }
}

function textOf(change: PeerChange): string {
  switch (change.kind) {
    case 'route':
      return `route ${change.subnet} ${routeText(change)}`;
    case 'neighbour':
      return `neighbour ${change.address} ${change.hardwareAddress}`;
    case 'forwarding':
      return `forwarding entry ${change.hardwareAddress} ${change.underlayAddress}`;
  }
}
