import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { SpanPlace } from './past-queries';

/** Leaves out of a query of spans what comes up to a place. */
export function onlyBehind(query: SelectQueryBuilder<ObjectLiteral>, after: SpanPlace | undefined): void {
  if (!after) return;
  query.andWhere('(span.fromSeq, span.fromIndex) > (:afterSeq, :afterIndex)', {
    afterSeq: after.fromSeq,
    afterIndex: after.fromIndex,
  });
}
