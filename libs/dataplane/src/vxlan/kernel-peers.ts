import { z } from 'zod';
import { runCommand } from '../command';
import { routeText, type PeerEntries } from './peer-entries';

const routes = z.array(z.object({ dst: z.string(), gateway: z.string().optional(), prefsrc: z.string().default('') }));
const neighbours = z.array(z.object({ dst: z.string(), lladdr: z.string().default('') }));
const forwarding = z.array(z.object({ mac: z.string(), dst: z.string().optional() }));

/** Reads what the kernel holds of peers on a VTEP. @throws {CommandFailed} when there is no such VTEP. */
export async function readPeers(vtep: string): Promise<PeerEntries> {
  const [routing, neighbouring, bridging] = await Promise.all([
    runCommand('ip', ['-j', '-4', 'route', 'show', 'dev', vtep]),
    runCommand('ip', ['-j', '-4', 'neigh', 'show', 'dev', vtep, 'nud', 'permanent']),
    runCommand('bridge', ['-j', 'fdb', 'show', 'dev', vtep]),
  ]);
  return parsePeers({ routes: routing, neighbours: neighbouring, forwarding: bridging });
}

/** Reads the three listings; the route of the overlay itself has no gateway and is not a peer's. */
export function parsePeers(json: Readonly<Record<keyof PeerEntries, string>>): PeerEntries {
  return {
    routes: new Map(
      routes
        .parse(JSON.parse(json.routes))
        .flatMap(({ dst, gateway, prefsrc }) => (gateway ? [[cidr(dst), routeText(gateway, prefsrc)] as const] : [])),
    ),
    neighbours: new Map(neighbours.parse(JSON.parse(json.neighbours)).map(({ dst, lladdr }) => [dst, lladdr] as const)),
    forwarding: new Map(
      forwarding.parse(JSON.parse(json.forwarding)).flatMap(({ mac, dst }) => (dst ? [[mac, dst] as const] : [])),
    ),
  };
}

/** `ip` leaves out the prefix of a single address. */
function cidr(destination: string): string {
  return destination.includes('/') ? destination : `${destination}/32`;
}
