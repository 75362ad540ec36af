import { LOG_CURSOR } from '@heddle/read-model';
import type { Core } from '../core/core';

/** Rejects when log or database do not answer. */
export async function probe({ log, readModel }: Pick<Core, 'log' | 'readModel'>): Promise<void> {
  await Promise.all([log.lastSequence(), readModel.cursor(LOG_CURSOR)]);
}
