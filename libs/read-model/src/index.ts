export { CursorMoved, LogGap, ReadModelUnavailable, RebuildRunning, UnreadableEvent } from './errors';
export { readEventData } from './event-data';
export { openReadModel } from './open-read-model';
export * from './read-model';
export * from './past/past-queries';
