import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many flows ended with a change, beside where it is in force. */
export class FlowsCut1764100000000 implements MigrationInterface {
  readonly name = 'FlowsCut1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "enforcement" ADD COLUMN "flows_cut" text NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "enforcement" DROP COLUMN "flows_cut"`);
  }
}
