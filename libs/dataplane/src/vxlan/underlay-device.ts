import { z } from 'zod';
import { runCommand } from '../command';
import { DataplaneUnavailable } from '../dataplane-unavailable';

const interfaces = z.array(z.object({ ifname: z.string() }));

/**
 * Finds the interface that holds the cell's address on the network that carries the tunnels.
 * @throws {DataplaneUnavailable} when none does.
 */
export async function findUnderlayDevice(underlayAddress: string): Promise<string> {
  const output = await runCommand('ip', ['-j', 'addr', 'show', 'to', `${underlayAddress}/32`]);
  const [device] = interfaces.parse(JSON.parse(output));
  if (device) return device.ifname;
  throw new DataplaneUnavailable(
    `no interface of this cell holds the underlay address ${underlayAddress}; correct the address, or give it to an interface`,
  );
}
