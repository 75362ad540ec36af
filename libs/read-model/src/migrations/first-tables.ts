import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The tables of the first version.
 *
 * On PostgreSQL an ordered index takes no entry above 2704 bytes and ids have no such limit, so columns with ids get hash
 * indexes there; one that is unique is an exclusion constraint, the only unique hash index PostgreSQL has.
 */
export class FirstTables1763800000000 implements MigrationInterface {
  readonly name = 'FirstTables1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    const onPostgres = runner.connection.options.type === 'postgres';
    const unique = (column: string) => (onPostgres ? `EXCLUDE USING hash (${column} WITH =)` : `UNIQUE (${column})`);
    // This word makes the key of a SQLite table the place of its rows, too.
    const sequence = onPostgres ? 'bigint' : 'integer';
    const usingHash = onPostgres ? 'USING hash' : '';
    const statements = [
      `CREATE TABLE "policy" (
        "digest" text PRIMARY KEY,
        "source" text NOT NULL,
        "destination" text NOT NULL,
        "protocol" text NOT NULL,
        "start_port" integer NOT NULL,
        "end_port" integer NOT NULL,
        "added_seq" bigint NOT NULL,
        "added_index" integer NOT NULL,
        UNIQUE ("added_seq", "added_index")
      )`,
      `CREATE INDEX "policy_by_source" ON "policy" ${usingHash} ("source")`,
      `CREATE INDEX "policy_by_destination" ON "policy" ${usingHash} ("destination")`,
      `CREATE TABLE "tag" ("tag" integer PRIMARY KEY, "app" text NOT NULL, ${unique('app')})`,
      `CREATE TABLE "lease" (
        "cell" text NOT NULL,
        "underlay_address" text NOT NULL,
        "overlay_subnet" text NOT NULL,
        "overlay_hardware_address" text NOT NULL,
        "since_seq" bigint NOT NULL,
        ${unique('cell')}
      )`,
      `CREATE TABLE "event" (
        "seq" ${sequence} PRIMARY KEY,
        "id" text NOT NULL UNIQUE,
        "topic" text NOT NULL,
        "type" text NOT NULL,
        "time" text NOT NULL,
        "time_ms" bigint NOT NULL,
        "actor_name" text NOT NULL,
        "actor_user_id" text,
        "actor_client_id" text,
        "reason" text,
        "correlation_id" text NOT NULL,
        "previous_hash" text NOT NULL,
        "hash" text NOT NULL,
        "data" text
      )`,
      `CREATE INDEX "event_by_time" ON "event" ("time_ms")`,
      `CREATE TABLE "event_app" ("app_digest" text NOT NULL, "seq" bigint NOT NULL, PRIMARY KEY ("app_digest", "seq"))`,
      `CREATE TABLE "enforcement" (
        "seq" ${sequence} PRIMARY KEY,
        "state" text NOT NULL,
        "committed_at_ms" double precision NOT NULL,
        "cells" text NOT NULL
      )`,
      `CREATE INDEX "enforcement_pending" ON "enforcement" ("seq") WHERE "state" = 'pending'`,
      `CREATE TABLE "cell" (
        "cell" text NOT NULL,
        "containers" text NOT NULL,
        "enforced_up_to" bigint NOT NULL,
        "last_receipt_at" double precision,
        ${unique('cell')}
      )`,
      `CREATE TABLE "cursor" ("name" text PRIMARY KEY, "position" bigint NOT NULL)`,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['cursor', 'cell', 'enforcement', 'event_app', 'event', 'lease', 'tag', 'policy'])
      await runner.query(`DROP TABLE "${table}"`);
  }
}
