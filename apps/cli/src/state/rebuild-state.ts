import { FatalError } from '@heddle/platform/errors';
import { z } from 'zod';
import type { ApiClient } from '../api/api-client';

const progressSchema = z.looseObject({ done: z.int(), of: z.int(), strays: z.int() });
const failureSchema = z.looseObject({ detail: z.string() });

/** How far a rebuild is: how many documents of how many, and how much was found that nothing in the log explains. */
export type RebuildProgress = z.infer<typeof progressSchema>;

/**
 * Rebuilds the stream of documents; resolves when that is done.
 * @throws {FatalError} when the control plane could not finish it, or went away.
 */
export async function rebuildState(
  api: Pick<ApiClient, 'openRebuild'>,
  tell: (progress: RebuildProgress) => void,
): Promise<RebuildProgress> {
  const { events, close } = await api.openRebuild();
  try {
    for await (const { event, data } of events) {
      const said: unknown = JSON.parse(data);
      if (event === 'failed') {
        const why = failureSchema.safeParse(said).data?.detail ?? 'it does not say why';
        throw new FatalError(`the control plane could not rebuild everything (${why}): run it again`);
      }
      const progress = progressSchema.safeParse(said);
      if (event === 'done' && progress.success) return progress.data;
      if (event === 'progress' && progress.success) tell(progress.data);
    }
    throw new FatalError('the control plane ended before everything was rebuilt: run it again');
  } finally {
    close();
  }
}
