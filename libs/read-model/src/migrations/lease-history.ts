import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which lease each event is about, those included that are in the table already. See {@link FirstTables1763800000000} for the kinds of indexes. */
export class LeaseHistory1764300000000 implements MigrationInterface {
  readonly name = 'LeaseHistory1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    const onPostgres = runner.connection.options.type === 'postgres';
    const usingHash = onPostgres ? 'USING hash' : '';
    const ofLease = (member: string) =>
      onPostgres ? `"data"::json -> 'lease' ->> '${member}'` : `"data" -> 'lease' ->> '${member}'`;
    const statements = [
      `CREATE TABLE "event_lease" (
        "seq" ${onPostgres ? 'bigint' : 'integer'} PRIMARY KEY,
        "cell" text NOT NULL,
        "overlay_subnet" text NOT NULL
      )`,
      `INSERT INTO "event_lease" ("seq", "cell", "overlay_subnet")
        SELECT "seq", ${ofLease('cell')}, ${ofLease('overlaySubnet')} FROM "event"
        WHERE "topic" = 'lease' AND ${ofLease('cell')} IS NOT NULL`,
      `CREATE INDEX "event_lease_by_cell" ON "event_lease" ${usingHash} ("cell")`,
      `CREATE INDEX "event_lease_by_subnet" ON "event_lease" ${usingHash} ("overlay_subnet")`,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "event_lease"`);
  }
}
