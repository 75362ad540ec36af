import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Core } from '../core/core';
import { asOf } from '../past/as-of';
import { moment, pastQuery } from '../past/past-query';
import type { ViolationWindow } from './violations';

/** In which part of the past violations are looked for. */
export const violationQuery = pastQuery
  .omit({ at: true })
  .extend({ since: moment.optional(), until: moment.optional() });

/** The window that somebody named. A change or a time that is not there is refused as in other questions about the past. */
export async function violationWindow(
  core: Pick<Core, 'sql' | 'readModel'>,
  { since, until, after, limit }: z.output<typeof violationQuery>,
): Promise<ViolationWindow> {
  const [from, to] = [since ? await asOf(core, since) : { seq: 0, time: null }, await asOf(core, until)];
  return { since: from, until: to, ...(after && { after }), limit };
}

/** Describes it. */
export const ApiViolations = () =>
  applyDecorators(
    ApiQuery({
      name: 'since',
      required: false,
      description: 'Only policies that stood at this moment or later: a change, a time, or a span; without it, all',
    }),
    ApiQuery({ name: 'until', required: false, description: 'Only those that stood until then; without it, now' }),
    ApiQuery({ name: 'after', required: false, description: 'Only what comes behind: the `next` of the page before' }),
    ApiQuery({ name: 'limit', required: false, description: 'At most so many, 1–5000 (500)' }),
  );
