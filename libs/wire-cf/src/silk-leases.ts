import { isIPv4 } from 'node:net';
import { isBlock, type Lease } from '@heddle/domain';
import { z } from 'zod';
import { goJson, WireError } from './wire-error';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** As Go reads an object: names of members in any case, unknown ones ignored, and what is left out or `null` is empty. */
function object<Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .record(z.string(), z.unknown())
    .nullable()
    .transform((members) =>
      Object.fromEntries(Object.entries(members ?? {}).map(([name, it]) => [name.toLowerCase(), it])),
    )
    .pipe(z.object(shape));
}

const acquisition = object({ underlay_ip: text, single_overlay_ip: z.boolean().nullish() });
const renewal = object({ underlay_ip: text, overlay_subnet: text, overlay_hardware_addr: text });
const release = object({ underlay_ip: text });

/** What a silk daemon wants. */
export interface SilkAcquisition {
  readonly underlayAddress: string;
  readonly singleAddress: boolean;
}

/** Reads what a silk daemon sends to acquire. @throws {WireError} 400 when it is no JSON of this shape, 500 without an IPv4 address. */
export function parseSilkAcquisition(body: string): SilkAcquisition {
  const { underlay_ip: underlayAddress, single_overlay_ip: single } = read(acquisition, body);
  if (!isIPv4(underlayAddress))
    throw new WireError(500, `acquire-subnet-lease: invalid ipv4 address: ${underlayAddress}`);
  return { underlayAddress, singleAddress: single === true };
}

/**
 * Reads the lease a silk daemon renews; its holder is known by its underlay address.
 * @throws {WireError} 400 when it is no JSON of this shape, 409 when an address in it is none: the daemon then stops asking.
 */
export function parseSilkRenewal(body: string): Lease {
  const sent = read(renewal, body);
  const wrong = (what: string) => new WireError(409, `renew-subnet-lease: invalid ${what}`);
  if (!isIPv4(sent.underlay_ip)) throw wrong(`underlay ip: ${sent.underlay_ip}`);
  if (!isBlock(sent.overlay_subnet)) throw wrong(`CIDR address: ${sent.overlay_subnet}`);
  if (!z.mac().safeParse(sent.overlay_hardware_addr).success) throw wrong(`MAC address: ${sent.overlay_hardware_addr}`);
  return {
    cell: sent.underlay_ip,
    underlayAddress: sent.underlay_ip,
    overlaySubnet: sent.overlay_subnet,
    overlayHardwareAddress: sent.overlay_hardware_addr,
  };
}

/** Reads whose lease is given back. @throws {WireError} 400 when it is no JSON of this shape. */
export function parseSilkRelease(body: string): string {
  return read(release, body).underlay_ip;
}

/** A lease as silk daemons know it. */
export function renderSilkLease(lease: Lease): string {
  return goJson(wireLease(lease));
}

/** All of them. */
export function renderSilkLeases(leases: readonly Lease[]): string {
  return goJson({ leases: leases.map(wireLease) });
}

/** The body of an error of silk's controller: unlike the policy server's, without a space. */
export function silkErrorBody(message: string): string {
  return goJson({ error: message });
}

function wireLease({ underlayAddress, overlaySubnet, overlayHardwareAddress }: Lease): object {
  return {
    underlay_ip: underlayAddress,
    overlay_subnet: overlaySubnet,
    overlay_hardware_addr: overlayHardwareAddress,
  };
}

function read<T>(schema: z.ZodType<T>, body: string): T {
  try {
    return schema.parse(JSON.parse(body));
  } catch (cause) {
    const what = cause instanceof SyntaxError ? cause.message : 'a member has another type';
    throw new WireError(400, `unmarshal-request: ${what}`, { cause });
  }
}
