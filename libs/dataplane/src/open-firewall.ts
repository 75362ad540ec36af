import type { Firewall } from './firewall';
import { IptablesFirewall } from './iptables/firewall';
import { IptablesCommand, type IptablesName } from './iptables/iptables-command';
import { NftFirewall } from './nft/firewall';
import { openNftRunner } from './nft/open-nft-runner';
import type { OutsideOptions } from './outside-options';

/** How the firewall of a cell is programmed. */
export interface FirewallOptions extends OutsideOptions {
  readonly dataplane: 'nftables' | 'iptables';
  /** Which command of the host, for `iptables`. */
  readonly iptables: IptablesName;
  /** UDP port of the tunnels. */
  readonly vxlanPort: number;
  /** Whether a revoked permission also ends the connections it allowed. */
  readonly cutLive: boolean;
}

/**
 * Opens the firewall of the network namespace this process stands in. From then on nothing reaches a container that is not allowed.
 * @throws {DataplaneUnavailable} when this machine lacks what it needs; {KernelRefused}
 */
export async function openFirewall(options: FirewallOptions): Promise<Firewall> {
  switch (options.dataplane) {
    case 'nftables':
      return NftFirewall.open(await openNftRunner(), options);
    case 'iptables':
      return IptablesFirewall.open(await IptablesCommand.open(options.iptables), options);
  }
}
