import type { Ports } from '../api/reach-schemas';
import { formatPorts } from '../arguments/ports';

/** Ports as `tcp 80, 8080-8090; udp 53`. */
export function portsWords(ports: Ports): string {
  const of = (protocol: 'tcp' | 'udp'): string =>
    ports
      .filter((range) => range.protocol === protocol)
      .map(formatPorts)
      .join(', ');
  const words = (['tcp', 'udp'] as const).flatMap((protocol) => {
    const ranges = of(protocol);
    return ranges === '' ? [] : [`${protocol} ${ranges}`];
  });
  return words.join('; ') || 'nothing';
}
