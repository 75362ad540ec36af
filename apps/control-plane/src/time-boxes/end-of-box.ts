import { isoTime } from '@heddle/platform';
import { z } from 'zod';
import { BadRequest } from '../http/problem';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SPAN = /^(\d{1,6}) ?([smhd])$/;
const isoDateTime = z.iso.datetime({ offset: true });
/** Ten years: what shall stand longer needs no end. */
const LONGEST_MS = 3_650 * 86_400_000;

/** When something closes, as somebody named it. */
export type NamedEnd = { readonly inMs: number } | { readonly atMs: number };

/** A time with its zone, or how long from now: `2026-11-22T09:00:00Z`, `2h`. */
export const namedEnd = z.string().transform((text, context): NamedEnd => {
  const [, count, unit = ''] = SPAN.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs !== undefined) return { inMs: Number(count) * unitMs };
  if (isoDateTime.safeParse(text).success) return { atMs: Date.parse(text) };
  context.addIssue({
    code: 'custom',
    message: `'${text}' is no end: name a time with its zone (2026-11-22T09:00:00Z) or a span (90m, 2h)`,
  });
  return z.NEVER;
});

/**
 * The epoch milliseconds of an end, whole ones.
 * @throws {BadRequest} when it has come already, or is more than ten years away.
 */
export function endMs(end: NamedEnd, nowMs: number): number {
  const ms = Math.floor('atMs' in end ? end.atMs : nowMs + end.inMs);
  if (ms <= nowMs)
    throw new BadRequest('already-over', `expires: ${isoTime(ms)} has come already, it is ${isoTime(nowMs)}`);
  if (ms > nowMs + LONGEST_MS)
    throw new BadRequest(
      'too-far-away',
      'expires: is more than ten years away: leave it out for policies without an end',
    );
  return ms;
}
