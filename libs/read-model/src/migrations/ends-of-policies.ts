import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When policies close by themselves. No event that was in the tables before says so of any. */
export class EndsOfPolicies1764600000000 implements MigrationInterface {
  readonly name = 'EndsOfPolicies1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('policy_span', 'expires_ms')) return;
    await runner.query(`ALTER TABLE "policy_span" ADD COLUMN "expires_ms" bigint`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "policy_span" DROP COLUMN "expires_ms"`);
  }
}
