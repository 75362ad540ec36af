import { writeSetting } from './kernel-setting';

/** Lets this network namespace forward packets between containers, and between them and the other cells. */
export function enableForwarding(): void {
  writeSetting('net/ipv4/ip_forward', '1');
}
