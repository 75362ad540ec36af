import { isIP } from 'node:net';

/** What of a request tells where it came from; `ip` is Express' answer by its setting `trust proxy`. */
interface Arrived {
  readonly ip?: string;
  readonly socket: { readonly remoteAddress?: string };
}

/**
 * From where a request comes: the nearest address on its way that is no trusted proxy's (`HEDDLE_TRUSTED_PROXIES`). A proxy that
 * names no address in `X-Forwarded-For` is taken for the origin itself; `undefined` when the connection is gone already.
 */
export function clientAddress({ ip, socket }: Arrived): string | undefined {
  return asAddress(ip) ?? asAddress(socket.remoteAddress);
}

/** The plain form of an address; IPv4 comes as `::ffff:10.0.0.1` where the server listens on IPv6 too. */
function asAddress(text: string | undefined): string | undefined {
  const plain = text?.replace(/^::ffff:(?=\d+\.)/i, '') ?? '';
  return isIP(plain) > 0 ? plain : undefined;
}
