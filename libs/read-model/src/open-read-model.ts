import type { ReadModel, ReadModelOptions } from './read-model';

/**
 * Opens the read model and brings its tables up to date.
 * @throws {ReadModelUnavailable} when the database cannot be reached, written or migrated: one sentence, and what to do.
 */
export declare function openReadModel(options: ReadModelOptions): Promise<ReadModel>;
