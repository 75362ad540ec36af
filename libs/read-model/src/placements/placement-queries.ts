import { toSqlText } from '../any-text';
import type { Database } from '../database';
import { CellSpanEntity, PlacementSpanEntity } from '../entities';
import { onlyBehind } from '../past/only-behind';
import type { SpanPage } from '../past/past-queries';
import type { CellSpan, HeldContainer, PlacedSpan, PlacementFilter, PlacementQueries } from './placement-records';
import { STILL } from '../sequence';

const COVERS = 'span.fromMs <= :ms AND span.untilMs > :ms';

/** Which containers were where, out of the tables. */
export function placementQueries(database: Database): PlacementQueries {
  return {
    placementsAt: <Container extends HeldContainer>(
      ms: number,
      { cell, app }: PlacementFilter,
      { after, limit }: SpanPage,
    ) =>
      database.read(async (manager) => {
        const query = manager.createQueryBuilder(PlacementSpanEntity, 'span').where(COVERS, { ms });
        if (cell !== undefined) query.andWhere('span.cell = :cell', { cell: toSqlText(cell) });
        if (app !== undefined) query.andWhere('span.app = :app', { app: toSqlText(app) });
        onlyBehind(query, after);
        query.orderBy('span.fromSeq').addOrderBy('span.fromIndex').limit(limit);
        return (await query.getMany()).map(
          ({ fromSeq, fromIndex, fromMs, untilMs, container, ...span }): PlacedSpan<Container> => ({
            ...{ fromSeq, fromIndex, fromMs, untilMs: untilMs === STILL ? null : untilMs, cell: span.cell },
            container: JSON.parse(container) as Container,
          }),
        );
      }),

    cellsHeardBy: <Settings>(ms: number, cell?: string) =>
      database.read(async (manager) => {
        const query = manager.createQueryBuilder(CellSpanEntity, 'span').where(COVERS, { ms });
        if (cell !== undefined) query.andWhere('span.cell = :cell', { cell: toSqlText(cell) });
        const found = (await query.getMany()).map(({ fromMs, untilMs, settings, ...span }): CellSpan<Settings> => ({
          ...{ cell: span.cell, fromMs, untilMs: untilMs === STILL ? null : untilMs },
          settings: settings === null ? null : (JSON.parse(settings) as Settings),
        }));
        // Sorted here, because the databases do not agree on the order of text.
        return found.sort((a, b) => (a.cell < b.cell ? -1 : 1));
      }),

    placementsKnownSince: () =>
      database.read(async (manager) => {
        const query = manager.createQueryBuilder(CellSpanEntity, 'span').select('MIN(span.fromMs)', 'ms');
        return (await query.getRawOne<{ ms: number | null }>())?.ms ?? null;
      }),
  };
}
