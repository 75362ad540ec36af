import { addressRange, joinRanges, Reaches, type Range } from '@heddle/calc';
import type { CellSettings } from '@heddle/cell-protocol';
import type { OutsideOptions } from '@heddle/dataplane';
import { blockContains, parseBlock } from '@heddle/domain';
import type { ConfigurationOf } from '@heddle/platform';

type Configuration = ConfigurationOf<'cell-agent'>;

const LINK_LOCAL = parseBlock('169.254.0.0/16');

/** What security groups let the containers of this cell reach, beside what the cell denies them. */
export function reachesOf(config: Configuration): Reaches {
  return new Reaches(deniedBy(config));
}

/** What of the configuration the rules of the cell depend on, for whoever works them out elsewhere. */
export function settingsOf(config: Configuration): CellSettings {
  const { dataplane, vxlanPort, cutLive } = config;
  const { hostServices = [], unmasked = [], ...outside } = outsideOptionsOf(config);
  const lists = { hostServices: [...hostServices], unmasked: [...unmasked], denied: deniedBy(config) };
  return { dataplane, vxlanPort, cutLive, ...outside, ...lists };
}

function deniedBy({ denyNetworks, denyNetworksRunning, denyNetworksStaging }: Configuration): CellSettings['denied'] {
  return {
    always: rangesOf(denyNetworks),
    running: rangesOf(denyNetworksRunning),
    staging: rangesOf(denyNetworksStaging),
  };
}

/** What of the firewall is about the world outside the overlay. */
export function outsideOptionsOf(config: Configuration): OutsideOptions {
  const { limitConnections, connectionsPerSecond, connectionsAtOnce, logOutside } = config;
  const { dnsServers = [], hostTcpServices = [], hostUdpServices = [] } = config;
  const ownDns = dnsServers.filter((server) => blockContains(LINK_LOCAL, parseBlock(`${server}/32`)));
  const dns = ownDns.flatMap((address) =>
    (['tcp', 'udp'] as const).map((protocol) => ({ address, protocol, port: 53 })),
  );
  return {
    hostServices: [
      ...dns,
      ...hostTcpServices.map((service) => ({ ...service, protocol: 'tcp' as const })),
      ...hostUdpServices.map((service) => ({ ...service, protocol: 'udp' as const })),
    ],
    unmasked: joinRanges(rangesOf(config.unmaskedNetworks)),
    logAll: logOutside,
    refusalsLoggedPerSecond: config.refusalsLoggedPerSecond,
    datagramsLoggedPerSecond: config.datagramsLoggedPerSecond,
    ...(limitConnections !== 'off' && {
      connectionLimit: {
        perSecond: connectionsPerSecond,
        atOnce: connectionsAtOnce,
        isDry: limitConnections === 'dry-run',
      },
    }),
  };
}

function rangesOf(blocks: readonly string[] = []): Range[] {
  return blocks.flatMap((block) => addressRange(block) ?? []);
}
