import type { Lease, LeaseBook } from '@heddle/domain';
import type { Request } from 'express';
import { z } from 'zod';
import { BadRequest } from '../http/problem';
import { readBody } from '../http/request-body';
import { Validated } from '../http/validated-query';

const LARGEST_BODY = 4_096;
const name = z.string().min(1);
const which = z.union([z.strictObject({ subnet: name }), z.strictObject({ cell: name })], {
  error: 'name either a subnet or a cell: {"subnet":"10.255.1.0/24"} or {"cell":"cell-1"}',
});

/** How a request names the lease that it is about. */
export type WhichLease = z.output<typeof which>;

/** @throws {BadRequest} when the body names no lease, or more than one. */
export async function readWhichLease(request: Request): Promise<WhichLease> {
  const text = (await readBody(request, LARGEST_BODY)).toString('utf8');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new BadRequest(
      'invalid-request',
      'the body is not JSON: send {"subnet":"10.255.1.0/24"} or {"cell":"cell-1"}',
    );
  }
  return new Validated(which).transform(body);
}

/** The lease that stands. @throws {BadRequest} 404 when there is none. */
export function standingLease(book: LeaseBook, wanted: WhichLease): Lease {
  return standing(book, wanted) ?? none(wanted);
}

/** The lease that stands; without one, the one whose subnet is in quarantine, of the newest incarnation. @throws {BadRequest} 404 likewise. */
export function standingOrLostLease(book: LeaseBook, wanted: WhichLease): Lease {
  return standing(book, wanted) ?? lost(book, wanted) ?? none(wanted);
}

function standing({ bySubnet, byCell }: LeaseBook, wanted: WhichLease): Lease | undefined {
  return 'subnet' in wanted ? bySubnet.get(wanted.subnet) : byCell.get(wanted.cell);
}

function lost(book: LeaseBook, wanted: WhichLease): Lease | undefined {
  const [newest] = [...book.lost.values()]
    .map(({ lease }) => lease)
    .filter(({ cell, overlaySubnet }) => ('subnet' in wanted ? overlaySubnet === wanted.subnet : cell === wanted.cell))
    .sort((a, b) => (b.incarnationNumber ?? 0) - (a.incarnationNumber ?? 0));
  return newest;
}

function none(wanted: WhichLease): never {
  const sentence = 'subnet' in wanted ? `nobody holds ${wanted.subnet}` : `${wanted.cell} holds no lease`;
  throw new BadRequest('no-such-lease', `${sentence}: see GET /api/v1/leases`, 404);
}
