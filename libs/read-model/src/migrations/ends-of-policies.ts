import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When policies close by themselves. No event that was in the tables before says so of any. */
export class EndsOfPolicies1764600000000 implements MigrationInterface {
  readonly name = 'EndsOfPolicies1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn('policy_span', 'expires_ms')))
      await runner.query(`ALTER TABLE "policy_span" ADD COLUMN "expires_ms" bigint`);
    // The few among many.
    await runner.query(
      `CREATE INDEX "policy_span_expiring" ON "policy_span" ("from_seq", "from_index", "until_seq") WHERE "expires_ms" IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "policy_span_expiring"`);
    await runner.query(`ALTER TABLE "policy_span" DROP COLUMN "expires_ms"`);
  }
}
