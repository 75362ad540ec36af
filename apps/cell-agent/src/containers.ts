import { hostInterfaceOf } from '@heddle/dataplane';
import { messageOf, UserError, type Logger } from '@heddle/platform';
import { nextAddress } from './address-pool';
import type { Container, ContainerRequest } from './container';
import type { ContainerLinks } from './container-links';
import type { ContainerStore } from './container-store';
import type { Enforcer } from './enforcer';
import type { Knowledge } from './knowledge';
import type { Uplink } from './uplink';

interface Parts {
  /** The subnet that addresses come from and what fits through; `null` while the cell holds no lease. */
  readonly overlay: () => { readonly subnet: string; readonly mtu: number } | null;
  readonly store: ContainerStore;
  readonly knowledge: Knowledge;
  readonly links: ContainerLinks;
  readonly watch: Pick<Uplink, 'watchApp' | 'unwatchApp'>;
  readonly enforcer: Pick<Enforcer, 'enforce' | 'knowledgeChanged'>;
  /** Is told when the set of containers has changed. */
  readonly changed: () => void;
  readonly logger: Logger;
}

const CONTAINER_INTERFACE = 'eth0';

/**
 * Containers on this cell. One at a time is added or removed.
 *
 * A container's rules are in the kernel before its interface is up, and leave after the interface is gone, so there is no
 * moment at which it can be reached without them.
 */
export class Containers {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: Parts) {}

  list(): Container[] {
    return this.parts.store.list();
  }

  /** Puts a container on the overlay; one that is there with the same identity is left as it is. */
  async add(request: ContainerRequest): Promise<Container> {
    return this.inTurn(() => this.addNow(request));
  }

  /** Takes a container off the overlay; one that is not there is fine. */
  async remove(handle: string): Promise<void> {
    return this.inTurn(() => this.removeNow(handle));
  }

  /** After a start: takes up what is still there, and clears away what only half remains. */
  async recover(): Promise<void> {
    const { store, knowledge, links, logger } = this.parts;
    const present = new Set(await links.list());
    for (const each of store.list()) {
      if (present.delete(each.hostInterface)) knowledge.addContainer(each);
      else {
        logger.warn({ handle: each.handle, address: each.address }, 'a container went away while the agent was down');
        await links.forgetConnections(each.address);
        await store.remove(each.handle);
      }
    }
    for (const orphan of present) {
      const address = addressOf(orphan);
      if (address === undefined) continue;
      logger.warn({ orphan }, 'an interface belongs to no container and is removed');
      await links.detach(address);
      await links.forgetConnections(address);
    }
    await Promise.all([...new Set(store.list().map(({ app }) => app))].map((app) => this.parts.watch.watchApp(app)));
  }

  private async addNow(request: ContainerRequest): Promise<Container> {
    const { store, knowledge, enforcer, links, watch } = this.parts;
    const known = store.get(request.handle);
    if (known && knowledge.holds(known.handle)) return this.sameOrRefused(known, request);
    // A removal that failed in the middle is done to its end first.
    if (known) await this.removeNow(known.handle);
    const { subnet, mtu } = this.overlay();
    const taken = new Set(store.list().map(({ address }) => address));
    const address = nextAddress(subnet, taken, store.lastAddress);
    const added: Container = { ...request, address, hostInterface: hostInterfaceOf(address) };
    try {
      await watch.watchApp(added.app);
      knowledge.addContainer(added);
      await enforcer.enforce();
      await links.attach({ netns: added.netns, address, mtu, containerInterface: CONTAINER_INTERFACE });
      await store.add(added);
    } catch (error) {
      await this.takeBack(added);
      throw error;
    }
    this.parts.changed();
    return added;
  }

  private async removeNow(handle: string): Promise<void> {
    const { store, links } = this.parts;
    const gone = store.get(handle);
    if (!gone) return;
    await links.detach(gone.address);
    await this.takeOutOfKernel(gone);
    await store.remove(handle);
    this.parts.changed();
  }

  private async takeOutOfKernel(gone: Container): Promise<void> {
    const { knowledge, enforcer, watch } = this.parts;
    knowledge.removeContainer(gone.handle);
    if (!knowledge.hosts(gone.app)) {
      watch.unwatchApp(gone.app);
      knowledge.forgetApp(gone.app);
    }
    // This also forgets the connections of the address, so that whoever gets it next inherits none.
    await enforcer.enforce();
  }

  private async takeBack(added: Container): Promise<void> {
    try {
      await this.parts.links.detach(added.address);
      await this.takeOutOfKernel(added);
    } catch (error) {
      this.parts.logger.error(
        { handle: added.handle, error: messageOf(error) },
        'a container that failed to start was not cleared away wholly',
      );
      this.parts.enforcer.knowledgeChanged();
    }
  }

  private overlay(): { readonly subnet: string; readonly mtu: number } {
    const overlay = this.parts.overlay();
    if (overlay) return overlay;
    throw new UserError('no-lease', 'this cell holds no lease, so it has no addresses: heddle cells says why');
  }

  private sameOrRefused(known: Container, request: ContainerRequest): Container {
    const { app, index, netns } = known;
    if (app === request.app && index === request.index && netns === request.netns) return known;
    throw new UserError(
      'handle-taken',
      `container ${known.handle} is already there as ${app}/${index}: remove it first`,
    );
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.turn.then(work);
    this.turn = turn.catch(() => {});
    return turn;
  }
}

/** The address that a host interface is named after: `s-010255001002` → `10.255.1.2`; `undefined` when it is not one of ours. */
function addressOf(hostInterface: string): string | undefined {
  const octets = /^s-(\d{3})(\d{3})(\d{3})(\d{3})$/.exec(hostInterface)?.slice(1).map(Number);
  return octets?.every((octet) => octet <= 255) ? octets.join('.') : undefined;
}
