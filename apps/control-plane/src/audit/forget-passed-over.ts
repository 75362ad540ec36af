import type { Core } from '../core/core';
import { rebuildTables } from './rebuild-tables';

/**
 * Makes documents and tables what follows from the log as it is. Where an event was folded before it was altered, they hold what it
 * gave; and a tag that nobody has any more is given to another app, which must not meet what the old one was allowed. So this comes
 * before the log goes on.
 */
export async function forgetPassedOver(core: Core): Promise<void> {
  const { signal } = new AbortController();
  await core.states.rebuild(signal, () => {});
  for await (const step of rebuildTables(core, true, signal)) void step;
}
