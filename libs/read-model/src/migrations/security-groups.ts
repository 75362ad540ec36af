import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tags of names that are no apps, and security groups. See {@link FirstTables1763800000000} for the kinds of indexes. */
export class SecurityGroups1763900000000 implements MigrationInterface {
  readonly name = 'SecurityGroups1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    const onPostgres = runner.connection.options.type === 'postgres';
    const sequence = onPostgres ? 'bigint' : 'integer';
    const statements = [
      `ALTER TABLE "tag" ADD COLUMN "type" text NOT NULL DEFAULT 'app'`,
      `CREATE TABLE "security_group" (
        "place" ${sequence} PRIMARY KEY,
        "guid" text NOT NULL,
        "name" text NOT NULL,
        "rules" text NOT NULL,
        "staging_default" boolean NOT NULL,
        "running_default" boolean NOT NULL,
        "staging_spaces" text NOT NULL,
        "running_spaces" text NOT NULL,
        ${onPostgres ? 'EXCLUDE USING hash ("guid" WITH =)' : 'UNIQUE ("guid")'}
      )`,
      `CREATE TABLE "security_group_space" (
        "space_digest" text NOT NULL,
        "place" bigint NOT NULL,
        PRIMARY KEY ("space_digest", "place")
      )`,
      `CREATE INDEX "security_group_space_by_place" ON "security_group_space" ("place")`,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['security_group_space', 'security_group']) await runner.query(`DROP TABLE "${table}"`);
    await runner.query(`ALTER TABLE "tag" DROP COLUMN "type"`);
  }
}
