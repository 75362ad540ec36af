import { messageOf } from '../errors';
import type { Logger } from '../logging';
import { backoff } from '../time';
import type { ServerChild } from './server-child';

/** A server that is started again whenever it ends by itself. */
export interface Supervised {
  /** The process that runs now, or ran last. */
  pid(): number;
  /** Calls the listener after each restart, until the function it returns is called. */
  onRestarted(listener: (pid: number) => void): () => void;
  /** Ends the server, also one that is just being started again, and waits for it. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

/** The waits before restarts; the first is short, since every writer waits for it too. */
const RESTART = { firstMs: 100, maxMs: 5_000 };
/** Who ran this long did not end because of how it was started, so the waits begin again with the shortest. */
const STEADY_AFTER_MS = 10_000;

/**
 * Keeps a server running until `stop` is called. There is no last attempt: the programs that need the server live on
 * without it, and a full disk is emptied some day. Attempts that fail are logged.
 * @param launch starts the server once and waits until it is ready; its signal ends the start.
 */
export function supervise(
  first: ServerChild,
  launch: (stopping: AbortSignal) => Promise<ServerChild>,
  log: Logger,
): Supervised {
  const stopping = new AbortController();
  const listeners = new Set<(pid: number) => void>();
  let child = first;

  const keepRunning = async (): Promise<void> => {
    const between = backoff({ ...RESTART, signal: stopping.signal });
    while (!stopping.signal.aborted) {
      const since = performance.now();
      const how = await child.ended;
      if (stopping.signal.aborted) return;
      log.error({ how, lastWords: child.lastWords() }, 'nats-server ended unexpectedly and is started again');
      if (performance.now() - since > STEADY_AFTER_MS) between.reset();
      child = await launchAgain(between.wait);
      log.warn({ pid: child.identity.pid }, 'nats-server runs again');
      for (const listener of listeners) listener(child.identity.pid);
    }
    await child.end('SIGTERM');
  };

  const launchAgain = async (wait: () => Promise<void>): Promise<ServerChild> => {
    for (;;) {
      await wait();
      try {
        return await launch(stopping.signal);
      } catch (error) {
        stopping.signal.throwIfAborted();
        log.error({ reason: messageOf(error) }, 'nats-server could not be started again');
      }
    }
  };

  const running = keepRunning().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });

  return {
    pid: () => child.identity.pid,
    onRestarted(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop(signal) {
      stopping.abort();
      await child.end(signal);
      await running;
    },
  };
}
