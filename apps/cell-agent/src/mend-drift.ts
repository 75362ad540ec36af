import { setTimeout as delay } from 'node:timers/promises';
import type { Drift, Firewall } from '@heddle/dataplane';
import { messageOf, type Logger } from '@heddle/platform';
import type { Enforcer } from './enforcer';

interface Parts {
  readonly firewall: Pick<Firewall, 'inspect'>;
  readonly enforcer: Pick<Enforcer, 'knowledgeChanged'>;
  /** Is told what was found, each time. */
  readonly found: (drift: Drift) => void;
  readonly logger: Logger;
  /** How long to wait between two looks, at least; jittered by a half. */
  readonly everyMs?: number;
}

/** While nobody else changes anything a look costs microseconds. */
const LOOK_EVERY_MS = 1_000;
/** Where others change their own rules all the time the table has to be read at each look: at most so much of the time goes there. */
const MOST_OF_THE_TIME = 1 / 20;

/** Mends what others have changed of Heddle's table, and says so, until the signal says stop. */
export async function mendDrift(
  { firewall, enforcer, found, logger, everyMs = LOOK_EVERY_MS }: Parts,
  signal: AbortSignal,
): Promise<void> {
  let lookedMs = 0;
  for (;;) {
    const pauseMs = Math.max(everyMs * (0.75 + Math.random() / 2), lookedMs / MOST_OF_THE_TIME);
    await delay(pauseMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const begunMs = performance.now();
    try {
      const drift = await firewall.inspect();
      if (drift) {
        logger.warn({ ...drift }, 'somebody else has changed the rules of this cell: they are mended');
        enforcer.knowledgeChanged();
        found(drift);
      }
    } catch (error) {
      logger.error({ error: messageOf(error) }, 'the rules of this cell could not be read');
    }
    lookedMs = performance.now() - begunMs;
  }
}
