import type { ValueTransformer } from 'typeorm';

/** A column that holds a sequence or a time in ms. PostgreSQL's driver gives a `bigint` as text; ours stay far below 2^53. */
export const sequence: { type: 'bigint'; transformer: ValueTransformer } = {
  type: 'bigint',
  transformer: {
    to: (value: unknown) => value,
    from: (value: unknown) => (typeof value === 'string' ? Number(value) : value),
  },
};
