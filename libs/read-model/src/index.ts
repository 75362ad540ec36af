export { CursorMoved, LogGap, ReadModelUnavailable, UnreadableEvent } from './errors';
export { openReadModel } from './open-read-model';
export * from './read-model';
export * from './past/past-queries';
export * from './placements/placement-records';
