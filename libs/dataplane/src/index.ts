export { checkOverlay, type OverlayCheck } from './check/check-overlay';
export type { Finding } from './check/finding';
export { CommandFailed, runCommand, type CommandOptions } from './command';
export { TrackedConnections } from './connections/tracked-connections';
export { adoptLink, checkAdopted, releaseLink, type ForeignLink } from './containers/adopt-link';
export { attachContainer } from './containers/attach-container';
export { checkContainer } from './containers/check-container';
export {
  GATEWAY_ADDRESS,
  hardwareAddressesOf,
  hostInterfaceOf,
  type Bandwidth,
  type ContainerAttachment,
} from './containers/container-link';
export { detachContainer } from './containers/detach-container';
export { listHostInterfaces } from './containers/host-interfaces';
export { DataplaneUnavailable } from './dataplane-unavailable';
export { enableForwarding } from './forwarding';
export type { Convergence, Drift, Firewall, FirewallBackend } from './firewall';
export { KernelRefused } from './kernel-refused';
export { openFirewall, type FirewallOptions } from './open-firewall';
export type { ConnectionLimit, HostService, OutsideOptions } from './outside-options';
export { renderRules, type RulesOptions } from './render-rules';
export { Turns } from './turns';
export type { MalformedPeer, PeerTableOptions } from './vxlan/peer-entries';
export { PeerTable, type PeerConvergence } from './vxlan/peer-table';
export { ensureVtep, removeVtep, type Vtep } from './vxlan/vtep';
export { VTEP_NAME } from './vxlan/vtep-link';
export type { VtepOptions } from './vxlan/vtep-link';
