import { postgresDataSource, sqliteDataSource } from '../data-source';

/** Where the tables are. */
type Location = { readonly databaseUrl: string } | { readonly sqliteFile: string };

/** Takes the newest migrations back until a table is gone, however many have come since the one that made it. */
export async function undoUntil(location: Location, table: string): Promise<void> {
  const source =
    'databaseUrl' in location ? postgresDataSource(location.databaseUrl) : sqliteDataSource(location.sqliteFile);
  await source.initialize();
  const runner = source.createQueryRunner();
  while (await runner.hasTable(table)) await source.undoLastMigration();
  await runner.release();
  await source.destroy();
}
