import type { Policy } from '../api/effect';
import { formatPorts } from '../arguments/ports';
import { visible } from '../output/visible';

/** A policy in one line: `visitor → homeowner tcp 8080`. */
export function policyWords({ source, destination, protocol, start, end }: Policy): string {
  return visible(`${source} → ${destination} ${protocol} ${formatPorts({ start, end })}`);
}
