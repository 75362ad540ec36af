import type { EntityManager } from 'typeorm';
import { toSqlText } from './any-text';

/** A condition, for the `where` of a query builder. */
export interface Condition {
  readonly sql: string;
  readonly parameters: Record<string, unknown>;
}

/** Which of the two databases is spoken to: where they differ, the code asks here. */
export function isPostgres({ connection }: EntityManager): boolean {
  return connection.options.type === 'postgres';
}

/** That a column holds one of the values, however many: one parameter carries them all, under the given name. */
export function isOneOf(
  manager: EntityManager,
  column: string,
  parameter: string,
  values: readonly (string | number)[],
): Condition {
  const held = values.map((value) => (typeof value === 'string' ? toSqlText(value) : value));
  return isPostgres(manager)
    ? { sql: `${column} = ANY(:${parameter})`, parameters: { [parameter]: held } }
    : {
        sql: `${column} IN (SELECT value FROM json_each(:${parameter}))`,
        parameters: { [parameter]: JSON.stringify(held) },
      };
}
