import { isSameRoute, type PeerEntries, type PeerRoute } from './peer-entries';

/** One entry of a peer that is to be there, whatever was there for its key before, or to be there no more. */
export type PeerChange = { readonly verb: 'put' | 'remove' } & (
  | { readonly kind: 'forwarding'; readonly hardwareAddress: string; readonly underlayAddress: string }
  | { readonly kind: 'neighbour'; readonly address: string; readonly hardwareAddress: string }
  | ({ readonly kind: 'route'; readonly subnet: string } & PeerRoute)
);

/**
 * What makes one set of peers out of another, to be done in this order: an entry comes after what it leads to, additions before
 * removals, and those in reverse. An entry that stays is not touched.
 */
export function peerDelta(from: PeerEntries, to: PeerEntries): PeerChange[] {
  return [
    ...put(from.forwarding, to.forwarding).map(forwarding('put')),
    ...put(from.neighbours, to.neighbours).map(neighbour('put')),
    ...put(from.routes, to.routes, isSameRoute).map(route('put')),
    ...gone(from.routes, to.routes).map(route('remove')),
    ...gone(from.neighbours, to.neighbours).map(neighbour('remove')),
    ...gone(from.forwarding, to.forwarding).map(forwarding('remove')),
  ];
}

type Verb = PeerChange['verb'];

const forwarding =
  (verb: Verb) =>
  ([hardwareAddress, underlayAddress]: [string, string]): PeerChange => ({
    ...{ verb, kind: 'forwarding', hardwareAddress, underlayAddress },
  });
const neighbour =
  (verb: Verb) =>
  ([address, hardwareAddress]: [string, string]): PeerChange => ({ verb, kind: 'neighbour', address, hardwareAddress });
const route =
  (verb: Verb) =>
  ([subnet, { gateway, source }]: [string, PeerRoute]): PeerChange => ({
    ...{ verb, kind: 'route', subnet, gateway, source },
  });

/** What is new or has another value. */
function put<V>(
  from: ReadonlyMap<string, V>,
  to: ReadonlyMap<string, V>,
  isSame: (one: V, other: V) => boolean = Object.is,
): [string, V][] {
  return [...to].filter(([key, value]) => {
    const held = from.get(key);
    return held === undefined || !isSame(held, value);
  });
}

function gone<V>(from: ReadonlyMap<string, V>, to: ReadonlyMap<string, V>): [string, V][] {
  return [...from].filter(([key]) => !to.has(key));
}
