import { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { BadRequest } from './problem';

/** Checks what the caller sent against a schema, and answers with the first thing that is wrong. */
export class Validated<T> implements PipeTransform<unknown, T> {
  constructor(private readonly schema: z.ZodType<T>) {}

  transform(value: unknown): T {
    const checked = this.schema.safeParse(value);
    if (checked.success) return checked.data;
    const [issue] = checked.error.issues;
    throw new BadRequest(
      'invalid-request',
      `${issue?.path.join('.') || 'the request'}: ${issue?.message ?? 'is not valid'}`,
    );
  }
}
