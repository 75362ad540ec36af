import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fillSpans } from '../past/fill-spans';

/**
 * Between which changes each policy, tag, lease and security group stood, those included of the events that are in the table already.
 * See {@link FirstTables1763800000000} for the kinds of indexes.
 */
export class WhatStoodWhen1764500000000 implements MigrationInterface {
  readonly name = 'WhatStoodWhen1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    const usingHash = runner.connection.options.type === 'postgres' ? 'USING hash' : '';
    const statements = [
      // The end is part of the keys, so that what ended before the moment asked for is passed over without a look at its row.
      `CREATE TABLE "policy_span" (
        "from_seq" bigint NOT NULL,
        "from_index" integer NOT NULL,
        "until_seq" bigint NOT NULL,
        "pair_digest" text NOT NULL,
        "source" text NOT NULL,
        "destination" text NOT NULL,
        "protocol" text NOT NULL,
        "start_port" integer NOT NULL,
        "end_port" integer NOT NULL,
        -- Younger than this migration, which fills the tables as they are today.
        "expires_ms" bigint,
        PRIMARY KEY ("from_seq", "from_index", "until_seq")
      )`,
      `CREATE INDEX "policy_span_by_pair" ON "policy_span" ("pair_digest", "until_seq", "from_seq")`,
      `CREATE INDEX "policy_span_by_source" ON "policy_span" ${usingHash} ("source")`,
      `CREATE INDEX "policy_span_by_destination" ON "policy_span" ${usingHash} ("destination")`,
      `CREATE TABLE "standing_span" (
        "kind" text NOT NULL,
        "from_seq" bigint NOT NULL,
        "from_index" integer NOT NULL,
        "until_seq" bigint NOT NULL,
        "key_digest" text NOT NULL,
        "value" text NOT NULL,
        PRIMARY KEY ("kind", "from_seq", "from_index", "until_seq")
      )`,
      `CREATE INDEX "standing_span_by_key" ON "standing_span" ("key_digest", "until_seq")`,
    ];
    for (const statement of statements) await runner.query(statement);
    await fillSpans(runner.manager);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['standing_span', 'policy_span']) await runner.query(`DROP TABLE "${table}"`);
  }
}
