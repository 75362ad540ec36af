import type { NetworkNamespace } from '@heddle/testing';

/** An ICMP echo request of the identifier 7, with its checksum. */
const REQUEST = '0800f7f700070001';
const TYPES: Readonly<Record<string, string>> = { '0': 'answered', '3': 'refused' };

/** Sends an echo request: Node has no sockets for ICMP, and perl is wherever git is. @returns `answered`, `refused` or `silent` */
export function ping(from: NetworkNamespace, address: string): string {
  const script = `
    socket(my $socket, PF_INET, SOCK_RAW, 1) or die $!;
    send($socket, pack("H*", "${REQUEST}"), 0, pack_sockaddr_in(0, inet_aton("${address}"))) or die $!;
    $SIG{ALRM} = sub { exit };
    alarm 1;
    recv($socket, my $packet, 1500, 0);
    print ord(substr($packet, 20, 1));`;
  return TYPES[from.run('perl', '-MSocket', '-e', script)] ?? 'silent';
}
