import { setTimeout as delay } from 'node:timers/promises';
import { LeaseClient } from '@heddle/cell-protocol';
import { detachContainer, openFirewall, releaseLink, removeVtep } from '@heddle/dataplane';
import { connectNats, type ConfigurationOf, type Logger } from '@heddle/platform';
import { connectionOf, VTEP } from '../cell-constants';
import { ContainerStore } from '../container-store';
import { incarnationOf } from '../lease/identity';
import { forgetLastGoodState } from '../lease/kept-state';
import { attemptAll } from './attempt-all';
import { endAgent } from './end-agent';

const LOOK_EVERY_MS = 500;
const CONNECT_WITHIN_MS = 10_000;

/**
 * Takes a cell out of the overlay: waits for its containers to go, ends its agent, removes what the agent made, and gives
 * the lease back last, when nothing uses the subnet any more. Every step is taken whatever became of the others.
 * @returns a sentence for each step that failed.
 */
export async function tearDown(config: ConfigurationOf<'cell-agent'>, logger: Logger): Promise<string[]> {
  const { cell, stateDir, agentSocket } = config;
  return attemptAll(
    [
      { failure: 'it could not be seen whether containers have gone', act: () => drain(config, logger) },
      { failure: `the agent could not be ended`, act: () => endAgent(agentSocket) },
      { failure: 'a container could not be taken off the overlay', act: () => detachAll(stateDir) },
      { failure: `${VTEP.name} could not be removed`, act: () => removeVtep(VTEP.name) },
      { failure: 'the rules could not be removed', act: () => removeRules(config) },
      { failure: `the lease of ${cell} could not be released`, act: () => releaseLease(config) },
      { failure: 'what was kept on disk could not be removed', act: () => forgetLastGoodState(stateDir) },
    ],
    logger,
  );
}

/** Waits until the cell has no containers, or the time for that is over. */
async function drain({ stateDir, drainTimeoutSeconds }: ConfigurationOf<'cell-agent'>, logger: Logger): Promise<void> {
  const deadline = performance.now() + drainTimeoutSeconds * 1000;
  for (;;) {
    const left = (await ContainerStore.open(stateDir)).list().length;
    if (left === 0) return;
    if (performance.now() >= deadline) return logger.warn({ left }, 'containers are left; the teardown goes on');
    await delay(LOOK_EVERY_MS);
  }
}

async function detachAll(stateDir: string): Promise<void> {
  const store = await ContainerStore.open(stateDir);
  for (const { handle, address, given } of store.list()) {
    await (given === null ? detachContainer(address) : releaseLink(address));
    await store.remove(handle);
  }
}

async function removeRules(config: ConfigurationOf<'cell-agent'>): Promise<void> {
  const firewall = await openFirewall(config);
  try {
    await firewall.remove();
  } finally {
    await firewall.close();
  }
}

async function releaseLease(config: ConfigurationOf<'cell-agent'>): Promise<void> {
  const incarnation = await incarnationOf(config.stateDir);
  const connection = await connectNats({ ...connectionOf(config), withinMs: CONNECT_WITHIN_MS });
  try {
    await new LeaseClient(connection).release({ cell: config.cell, incarnation });
  } finally {
    await connection.close();
  }
}
