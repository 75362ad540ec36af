import type { SpanPlace } from '@heddle/read-model';
import { z } from 'zod';

/** The moment that a question is about, as somebody named it. */
export type NamedMoment = { readonly seq: number } | { readonly ms: number };

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SPAN_AGO = /^(\d{1,6}) ?([smhd]) ago$/;
const SEQUENCE = /^\d{1,15}$/;
const isoTime = z.iso.datetime({ offset: true });

/** A sequence, a time with its zone, or how long ago: `8812`, `2026-11-22T09:00:00Z`, `5m ago`. */
export const moment = z.string().transform((text, context): NamedMoment => {
  if (SEQUENCE.test(text)) return { seq: Number(text) };
  const [, count, unit = ''] = SPAN_AGO.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs !== undefined) return { ms: Date.now() - Number(count) * unitMs };
  if (isoTime.safeParse(text).success) return { ms: Date.parse(text) };
  context.addIssue({
    code: 'custom',
    message: `'${text}' is no moment: name a change (8812), a time (2026-11-22T09:00:00Z), or a span (5m ago)`,
  });
  return z.NEVER;
});

const MOST_ITEMS = 5_000;

/** The part of a question about the past that says when, and which part of the answer. */
export const pastQuery = z.strictObject({
  at: moment.optional(),
  after: z
    .string()
    .regex(/^\d{1,15}\.\d{1,9}$/, 'must be the `next` of the page before')
    .transform(placeIn)
    .optional(),
  limit: z.coerce.number<string>().int().min(1).max(MOST_ITEMS).default(500),
});
export type PastQuery = z.output<typeof pastQuery>;

/** A place in a list in the form in which a page names the next one. */
export function placeText({ fromSeq, fromIndex }: SpanPlace): string {
  return `${fromSeq}.${fromIndex}`;
}

function placeIn(text: string): SpanPlace {
  const [fromSeq, fromIndex] = text.split('.').map(Number);
  return { fromSeq: fromSeq as number, fromIndex: fromIndex as number };
}
