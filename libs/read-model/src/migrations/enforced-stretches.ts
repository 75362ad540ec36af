import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How far each cell has followed the leases of others, instead of every cell in the row of every change of a lease. Rows from before
 * keep their cells.
 */
export class EnforcedStretches1764400000000 implements MigrationInterface {
  readonly name = 'EnforcedStretches1764400000000';

  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      `CREATE TABLE "enforced_stretch" (
        "last_seq" bigint NOT NULL,
        "cell" text NOT NULL,
        "first_seq" bigint NOT NULL,
        "at_ms" double precision NOT NULL,
        PRIMARY KEY ("last_seq", "cell")
      )`,
      `ALTER TABLE "cell" ADD COLUMN "leases" text`,
      `ALTER TABLE "enforcement" ADD COLUMN "lease_cell" text`,
      `ALTER TABLE "enforcement" ADD COLUMN "passed_by" bigint`,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "enforcement" DROP COLUMN "passed_by"`);
    await runner.query(`ALTER TABLE "enforcement" DROP COLUMN "lease_cell"`);
    await runner.query(`ALTER TABLE "cell" DROP COLUMN "leases"`);
    await runner.query(`DROP TABLE "enforced_stretch"`);
  }
}
