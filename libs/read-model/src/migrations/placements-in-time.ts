import type { MigrationInterface, QueryRunner } from 'typeorm';
import { beginPlacements } from '../placements/begin-placements';

/**
 * Which containers were where, and when. Of what the tables hold of cells already it is not known since when it is so: it is taken to
 * begin now.
 */
export class PlacementsInTime1764700000000 implements MigrationInterface {
  readonly name = 'PlacementsInTime1764700000000';

  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      `CREATE TABLE "placement_span" (
        "from_position" bigint NOT NULL,
        "from_index" integer NOT NULL,
        "from_ms" double precision NOT NULL,
        "until_ms" double precision NOT NULL,
        "cell" text NOT NULL,
        "app" text,
        "handle" text NOT NULL,
        "container" text NOT NULL,
        PRIMARY KEY ("from_position", "from_index")
      )`,
      `CREATE INDEX "placement_span_by_cell" ON "placement_span" ("cell", "until_ms")`,
      `CREATE INDEX "placement_span_by_end" ON "placement_span" ("until_ms")`,
      `CREATE TABLE "cell_span" (
        "cell" text NOT NULL,
        "from_position" bigint NOT NULL,
        "from_ms" double precision NOT NULL,
        "until_ms" double precision NOT NULL,
        "settings" text,
        PRIMARY KEY ("cell", "from_position")
      )`,
      `CREATE INDEX "cell_span_by_cell" ON "cell_span" ("cell", "until_ms")`,
      `CREATE INDEX "cell_span_by_end" ON "cell_span" ("until_ms")`,
    ];
    for (const statement of statements) await runner.query(statement);
    await beginPlacements(runner.manager, Date.now());
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['cell_span', 'placement_span']) await runner.query(`DROP TABLE "${table}"`);
  }
}
