import type { ValueTransformer } from 'typeorm';

/** A column that holds a sequence or a time in ms. PostgreSQL's driver gives a `bigint` as text; ours stay far below 2^53. */
export const sequence: { type: 'bigint'; transformer: ValueTransformer } = {
  type: 'bigint',
  transformer: {
    to: (value: unknown) => value,
    from: (value: unknown) => (typeof value === 'string' ? Number(value) : value),
  },
};

/** In place of the change that ends what nothing has ended yet: higher than any, so that one comparison finds what stands. */
export const STILL = Number.MAX_SAFE_INTEGER;
