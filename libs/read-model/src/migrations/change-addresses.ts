import type { MigrationInterface, QueryRunner } from 'typeorm';

/** From where each change was asked. Events that are in the table already say nothing of it. */
export class ChangeAddresses1764050000000 implements MigrationInterface {
  readonly name = 'ChangeAddresses1764050000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "event" ADD COLUMN "address" text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "event" DROP COLUMN "address"`);
  }
}
