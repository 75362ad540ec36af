import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';

/** Describes `at`. */
export const ApiAt = () =>
  ApiQuery({
    name: 'at',
    required: false,
    description: 'As of a change (`8812`), a time (ISO 8601 with zone), or a span (`5m ago`); without it, of now',
  });

/** Describes the query of a list of what stood at a moment. */
export const ApiPastPage = () =>
  applyDecorators(
    ApiAt(),
    ApiQuery({ name: 'after', required: false, description: 'Only what comes behind: the `next` of the page before' }),
    ApiQuery({ name: 'limit', required: false, description: 'At most so many, 1–5000 (500)' }),
  );
