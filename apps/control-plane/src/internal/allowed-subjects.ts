import type { TLSSocket } from 'node:tls';

/** Whose certificate it is, for the log: its common name, or all of its subject. */
export function subjectOf(socket: TLSSocket): string {
  const subject = socket.getPeerX509Certificate()?.subject ?? '';
  return /^CN=(.+)$/m.exec(subject)?.[1] ?? (subject.replaceAll('\n', ', ') || 'a certificate without subject');
}

/**
 * Tells whether the certificate of a connection carries one of some names: as common name, or among its DNS names. OpenSSL
 * compares, so that no odd character in a certificate makes one name look like two. Each connection is looked at once.
 */
export function subjectCheck(allowed: readonly string[] | undefined): (socket: TLSSocket) => boolean {
  if (allowed === undefined) return () => true;
  const known = new WeakMap<TLSSocket, boolean>();
  return (socket) => {
    const before = known.get(socket);
    if (before !== undefined) return before;
    const certificate = socket.getPeerX509Certificate();
    const isAllowed = allowed.some(
      (name) => certificate?.checkHost(name, { subject: 'always', wildcards: false }) !== undefined,
    );
    known.set(socket, isAllowed);
    return isAllowed;
  };
}
