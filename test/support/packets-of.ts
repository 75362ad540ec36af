import { execFileSync } from 'node:child_process';

/** How many segments and datagrams a network namespace has received, whether anybody waited for them or not, and has sent. */
export interface Packets {
  readonly tcpHeard: number;
  readonly udpHeard: number;
  readonly udpSent: number;
}

/** Reads the kernel's counters of a namespace: pairs of lines in `/proc/net/snmp`, the first of which has the names. */
export function packetsOf(namespace: string): Packets {
  const args = [`--net=/run/netns/${namespace}`, 'cat', '/proc/net/snmp'];
  const lines = execFileSync('nsenter', args, { encoding: 'utf8' }).split('\n');
  const read = (protocol: string): Map<string, number> => {
    const [names, values] = lines.filter((line) => line.startsWith(`${protocol}: `)).map((line) => line.split(' '));
    return new Map(names?.map((name, i) => [name, Number(values?.[i])]));
  };
  const [tcp, udp] = [read('Tcp'), read('Udp')];
  const count = (of: Map<string, number>, name: string): number => {
    const value = of.get(name);
    if (value === undefined) throw new Error(`/proc/net/snmp has no ${name}`);
    return value;
  };
  return {
    tcpHeard: count(tcp, 'InSegs'),
    udpHeard: count(udp, 'InDatagrams') + count(udp, 'NoPorts'),
    udpSent: count(udp, 'OutDatagrams'),
  };
}
