import { setTimeout as delay } from 'node:timers/promises';
import { sendDatagram } from './datagram-socket';

/**
 * A port on which nothing listens: `discard` of RFC 863, which nobody has run for decades. The kernel of the other cell
 * answers by itself that the port is unreachable, so a probe needs nobody on the other side, and works with silk cells, too.
 */
const CLOSED_PORT = 9;
const PATIENCE_MS = 400;
const LOOK_EVERY_MS = 10;
/** The kernel answers each sender once a second when asked often, after the first six; so silence is believed the second time. */
const SECOND_TRY_AFTER_MS = 1_000;
/** IP and UDP headers. */
const HEADER_BYTES = 28;

/** What is sent. */
export interface Probe {
  /** The lowest address of the peer's subnet, which its VTEP holds. */
  readonly address: string;
  /** The lowest address of the cell's own subnet: all others have a way back to it, also from another network of the overlay. */
  readonly from: string;
  /** The length of the IP packet. */
  readonly bytes: number;
  /** Without one the receiver has nothing to check. */
  readonly checksum: boolean;
}

/** Whether a packet reached the kernel of another cell. */
export async function arrives(probe: Probe, secondTryAfterMs = SECOND_TRY_AFTER_MS): Promise<boolean> {
  if (await arrivesOnce(probe)) return true;
  await delay(secondTryAfterMs);
  return arrivesOnce(probe);
}

async function arrivesOnce({ address, from, bytes, checksum }: Probe): Promise<boolean> {
  const socket = await sendDatagram(address, CLOSED_PORT, { from, bytes: bytes - HEADER_BYTES, checksum });
  if (!socket) return false;
  try {
    for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_EVERY_MS) {
      await delay(LOOK_EVERY_MS);
      if (socket.isRefused()) return true;
    }
    return false;
  } finally {
    socket.close();
  }
}
