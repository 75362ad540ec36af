import { parseBlock, Refused, type Lease } from '@heddle/domain';
import {
  parseSilkAcquisition,
  parseSilkRelease,
  parseSilkRenewal,
  renderSilkLease,
  renderSilkLeases,
  WireError,
} from '@heddle/wire-cf';
import { logRefusal } from '../cloud-foundry/log-refusal';
import type { Core } from '../core/core';
import type { Route } from '../internal/routes';

/** A silk daemon gives up after 5 s. */
const CATCH_UP_MS = 5_000;

/** What silk daemons ask. A daemon is known by its underlay address alone. */
export function silkRoutes({ log, follower, leases, leaseKeeper }: Core): readonly Route[] {
  return [
    {
      name: 'leases_index',
      method: 'GET',
      path: /^\/leases$/,
      answer: () =>
        orRefused('all-routable-leases', async () => {
          // A daemon that acquired from another control plane must find itself, and its peers, here.
          await follower.reached(await log.lastSequence(), AbortSignal.timeout(CATCH_UP_MS));
          return renderSilkLeases([...leases.state.byCell.values()].sort(bySubnet));
        }),
    },
    {
      name: 'leases_acquire',
      method: 'PUT',
      path: /^\/leases\/acquire$/,
      answer: async ({ body }) => {
        const wanted = parseSilkAcquisition(await body());
        return orRefused('acquire-subnet-lease', async () =>
          renderSilkLease(await leaseKeeper.acquire({ cell: wanted.underlayAddress, ...wanted })),
        );
      },
    },
    {
      name: 'leases_renew',
      method: 'PUT',
      path: /^\/leases\/renew$/,
      answer: async ({ body }) => {
        const lease = parseSilkRenewal(await body());
        return orRefused('renew-subnet-lease', async () => {
          await leaseKeeper.renew(lease);
          return '{}';
        });
      },
    },
    {
      name: 'leases_release',
      method: 'PUT',
      path: /^\/leases\/release$/,
      answer: async ({ body }) => {
        const cell = parseSilkRelease(await body());
        return orRefused('release-subnet-lease', async () => {
          await leaseKeeper.release({ cell });
          return '{}';
        });
      },
    },
  ];
}

/** A refusal is 409, which tells a daemon that asking again will not help; what may pass is 500. */
async function orRefused(what: string, work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Refused)) {
      const why = logRefusal(cause)?.message ?? 'the log does not answer';
      throw new WireError(500, `${what}: ${why}`, { cause });
    }
    const message = cause.code === 'no-lease-available' ? 'no lease available' : `${what}: ${cause.message}`;
    throw new WireError(409, message, { cause });
  }
}

function bySubnet(a: Lease, b: Lease): number {
  return parseBlock(a.overlaySubnet).base - parseBlock(b.overlaySubnet).base;
}
