import type { Logger } from '@heddle/platform';
import type { ContainerLinks } from './container-links';
import type { ContainerStore } from './container-store';
import type { Knowledge } from './knowledge';
import type { Uplink } from './uplink';

interface Parts {
  readonly store: ContainerStore;
  readonly knowledge: Pick<Knowledge, 'addContainer'>;
  readonly links: Pick<ContainerLinks, 'list' | 'detach' | 'forgetConnections'>;
  readonly watch: Pick<Uplink, 'watchApp' | 'watchSpace'>;
  readonly logger: Logger;
}

/**
 * After a start of the agent: takes up the containers that are still there, and clears away what only half remains. A link lives as
 * long as the namespace at its other end, so the links say which containers really are there.
 */
export async function recoverContainers({ store, knowledge, links, watch, logger }: Parts): Promise<void> {
  const present = new Set(await links.list());
  const orphans = new Set([...present].flatMap((name) => addressOf(name) ?? []));
  for (const each of store.list()) {
    orphans.delete(each.address);
    if (present.has(each.hostInterface)) knowledge.addContainer(each);
    else {
      logger.warn({ handle: each.handle, address: each.address }, 'a container went away while the agent was down');
      await clear(each.address);
      await store.remove(each.handle);
    }
  }
  for (const address of orphans) {
    logger.warn({ address }, 'a link belongs to no container and is removed');
    await clear(address);
  }
  const apps = new Set(store.list().flatMap(({ app }) => app ?? []));
  const spaces = new Set(store.list().flatMap(({ space }) => space ?? []));
  await Promise.all([
    ...[...apps].map((app) => watch.watchApp(app)),
    ...[...spaces].map((space) => watch.watchSpace(space)),
  ]);

  async function clear(address: string): Promise<void> {
    await links.detach(address);
    await links.forgetConnections(address);
  }
}

/** The address that a device is named after: `s-010255001002` → `10.255.1.2`; `undefined` when it is not one of ours. */
function addressOf(device: string): string | undefined {
  const octets = /^[si]-(\d{3})(\d{3})(\d{3})(\d{3})$/.exec(device)?.slice(1).map(Number);
  return octets?.every((octet) => octet <= 255) ? octets.join('.') : undefined;
}
