import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which cells give receipts of security groups. Of those in tables from before that is not known until they say so. */
export class CellsNamingSpaces1764800000000 implements MigrationInterface {
  readonly name = 'CellsNamingSpaces1764800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "cell" ADD COLUMN "names_spaces" boolean NOT NULL DEFAULT false`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "cell" DROP COLUMN "names_spaces"`);
  }
}
