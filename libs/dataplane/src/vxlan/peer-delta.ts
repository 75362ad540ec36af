import type { PeerEntries } from './peer-entries';

/** Batches that make one set of peers out of another, to be run in this order; an empty one is left out. */
export interface PeerDelta {
  /** For `bridge -batch`: where new hardware addresses are. */
  readonly forwardingAdded: string;
  /** For `ip -batch`: neighbours before the routes through them, additions before removals. */
  readonly routing: string;
  /** For `bridge -batch`: hardware addresses nothing leads to any more. */
  readonly forwardingRemoved: string;
}

/** The difference between what the kernel holds and what it should hold; an entry that stays is not touched. */
export function renderPeerDelta(vtep: string, from: PeerEntries, to: PeerEntries): PeerDelta {
  const device = `dev ${vtep}`;
  return {
    forwardingAdded: lines(
      put(from.forwarding, to.forwarding, (mac, peer) => `fdb replace ${mac} ${device} dst ${peer} self permanent`),
    ),
    routing: lines(
      put(
        from.neighbours,
        to.neighbours,
        (address, mac) => `neigh replace ${address} lladdr ${mac} ${device} nud permanent`,
      ),
      put(from.routes, to.routes, (subnet, route) => `route replace ${subnet} ${route} ${device}`),
      gone(from.routes, to.routes, (subnet, route) => `route del ${subnet} ${route} ${device}`),
      gone(from.neighbours, to.neighbours, (address) => `neigh del ${address} ${device}`),
    ),
    forwardingRemoved: lines(
      gone(from.forwarding, to.forwarding, (mac, peer) => `fdb del ${mac} ${device} dst ${peer} self`),
    ),
  };
}

type Entries = ReadonlyMap<string, string>;
type Render = (key: string, value: string) => string;

/** What is new or has another value: `replace` does both. */
function put(from: Entries, to: Entries, render: Render): string[] {
  return [...to].filter(([key, value]) => from.get(key) !== value).map(([key, value]) => render(key, value));
}

function gone(from: Entries, to: Entries, render: Render): string[] {
  return [...from].filter(([key]) => !to.has(key)).map(([key, value]) => render(key, value));
}

function lines(...commands: readonly (readonly string[])[]): string {
  return commands
    .flat()
    .map((command) => `${command}\n`)
    .join('');
}
