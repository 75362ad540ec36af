import { hostInterfaceOf, type ContainerAttachment } from '@heddle/dataplane';
import { messageOf, UserError, type Logger } from '@heddle/platform';
import { Addresses } from './addresses';
import type { Container, ContainerRequest } from './container';
import type { ContainerLinks, GivenLinks } from './container-links';
import type { ContainerStore } from './container-store';
import type { Enforcer } from './enforcer';
import type { Knowledge } from './knowledge';
import { requireFreePorts } from './published-ports';
import { recoverContainers } from './recover-containers';
import { TurnsByName } from './turns-by-name';
import type { Uplink } from './uplink';

interface Parts {
  /** The subnet that addresses come from and what fits through; `null` while the cell holds no lease. */
  readonly overlay: () => { readonly subnet: string; readonly mtu: number } | null;
  readonly store: ContainerStore;
  readonly knowledge: Knowledge;
  readonly links: ContainerLinks;
  readonly given: GivenLinks;
  readonly watch: Pick<Uplink, 'watchApp' | 'unwatchApp' | 'watchSpace' | 'unwatchSpace'>;
  readonly enforcer: Pick<Enforcer, 'enforce' | 'knowledgeChanged'>;
  /** Is told when the set of containers has changed. */
  readonly changed: () => void;
  readonly logger: Logger;
}

/**
 * Containers on this cell. Different ones come and go at the same time; what is asked of one is done in the order it was asked.
 *
 * A container's rules are in the kernel before its interface is up, and leave after the interface is gone, so there is no
 * moment at which it can be reached without them.
 */
export class Containers {
  private readonly turns = new TurnsByName();
  private readonly addresses: Addresses;

  constructor(private readonly parts: Parts) {
    this.addresses = new Addresses(parts.store);
  }

  list(): Container[] {
    return this.parts.store.list();
  }

  get(handle: string): Container | undefined {
    return this.parts.store.get(handle);
  }

  /** Puts a container on the overlay; one that is there as asked for is left as it is. */
  async add(request: ContainerRequest): Promise<Container> {
    return this.turns.take(request.handle, () => this.addNow(request));
  }

  /** Takes a container off the overlay; one that is not there is fine. */
  async remove(handle: string): Promise<void> {
    return this.turns.take(handle, () => this.removeNow(handle));
  }

  /** What is not as it was when the container was put on the overlay, a sentence each; `undefined` when it is not there. */
  async check(handle: string): Promise<string[] | undefined> {
    return this.turns.take(handle, async () => {
      const found = this.get(handle);
      return found && this.differences(found);
    });
  }

  /** After a start: takes up what is still there, and clears away what only half remains. */
  async recover(): Promise<void> {
    await recoverContainers(this.parts);
  }

  /** Lets go of containers whose namespace has gone without a word of their runtime, and their link with it. */
  async sweep(): Promise<void> {
    try {
      await this.sweepNow();
    } catch (error) {
      this.parts.logger.warn({ error: messageOf(error) }, 'containers could not be compared with the kernel');
    }
  }

  private async sweepNow(): Promise<void> {
    const { store, links, logger } = this.parts;
    const before = store.list();
    const present = new Set(await links.list());
    for (const { handle, hostInterface } of before) {
      if (present.has(hostInterface)) continue;
      await this.turns.take(handle, async () => {
        // It may have been made anew since, with another link.
        const found = this.get(handle);
        if (!found || (await links.list()).includes(found.hostInterface)) return;
        logger.warn({ handle }, 'a container went away without a word of its runtime');
        await this.removeNow(handle);
      });
    }
  }

  private async addNow(request: ContainerRequest): Promise<Container> {
    const { store, knowledge } = this.parts;
    const known = store.get(request.handle);
    if (known) {
      // A removal that failed in the middle is done to its end first, and what lost its link is made anew.
      const isWhole = knowledge.holds(known.handle) && (await this.differences(known)).length === 0;
      if (isWhole) return sameOrRefused(known, request);
      await this.removeNow(known.handle);
    }
    return request.given === null ? this.addWithAddress(request) : this.addAsGiven(request, request.given.address);
  }

  /** Whoever gave it an address has made its link as well. */
  private async addAsGiven(request: ContainerRequest, address: string): Promise<Container> {
    const owner = this.list().find((each) => each.address === address);
    if (owner)
      throw new UserError(
        'address-taken',
        `${address} is the address of ${owner.handle} on this cell: remove it first`,
      );
    const added = { ...request, address, hostInterface: hostInterfaceOf(address) };
    await this.putUp(added);
    return added;
  }

  private async addWithAddress(request: ContainerRequest): Promise<Container> {
    const { subnet, mtu } = this.overlay();
    const address = this.addresses.allot(subnet);
    try {
      const added = { ...request, mtu: request.mtu ?? mtu, address, hostInterface: hostInterfaceOf(address) };
      await this.putUp(added);
      return added;
    } finally {
      this.addresses.letGo(address);
    }
  }

  private async putUp(added: Container): Promise<void> {
    const { store, knowledge, enforcer, watch } = this.parts;
    requireFreePorts(added, knowledge.containers());
    try {
      // From here on nobody stops watching the app.
      knowledge.addContainer(added);
      await Promise.all([
        added.app !== null && watch.watchApp(added.app),
        added.space !== null && watch.watchSpace(added.space),
      ]);
      await enforcer.enforce();
      await this.linkUp(added);
      await store.add(added);
    } catch (error) {
      await this.takeBack(added);
      throw error;
    }
    this.parts.changed();
  }

  private async removeNow(handle: string): Promise<void> {
    const { store } = this.parts;
    const gone = store.get(handle);
    if (!gone) return;
    await this.linkDown(gone);
    await this.takeOutOfKernel(gone);
    await store.remove(handle);
    this.parts.changed();
  }

  private async takeOutOfKernel({ handle, app, space }: Container): Promise<void> {
    const { knowledge, enforcer, watch } = this.parts;
    knowledge.removeContainer(handle);
    if (app !== null && !knowledge.hosts(app)) {
      watch.unwatchApp(app);
      knowledge.forgetApp(app);
    }
    if (space !== null && !knowledge.hostsSpace(space)) {
      watch.unwatchSpace(space);
      knowledge.forgetSpace(space);
    }
    // This also forgets the connections of the address, so that whoever gets it next inherits none.
    await enforcer.enforce();
  }

  private async takeBack(added: Container): Promise<void> {
    try {
      await this.linkDown(added);
      await this.takeOutOfKernel(added);
    } catch (error) {
      this.parts.logger.error(
        { handle: added.handle, error: messageOf(error) },
        'a container that failed to start was not cleared away wholly',
      );
      this.parts.enforcer.knowledgeChanged();
    }
  }

  private linkUp(added: Container): Promise<void> {
    const { links, given } = this.parts;
    return added.given === null ? links.attach(attachmentOf(added)) : given.adopt({ ...added, ...added.given });
  }

  private linkDown(gone: Container): Promise<void> {
    const { links, given } = this.parts;
    return gone.given === null ? links.detach(gone.address) : given.release(gone.address);
  }

  private async differences(known: Container): Promise<string[]> {
    const { links, given } = this.parts;
    if (known.given !== null) return given.check({ ...known, ...known.given });
    return links.check(attachmentOf(known, this.overlay().mtu));
  }

  private overlay(): { readonly subnet: string; readonly mtu: number } {
    const overlay = this.parts.overlay();
    if (overlay) return overlay;
    throw new UserError('no-lease', 'this cell holds no lease, so it has no addresses: heddle cells says why');
  }
}

/** @param mtu for containers of which none is kept */
function attachmentOf(container: Container, mtu = 0): ContainerAttachment {
  const { netns, address, containerInterface, bandwidth } = container;
  return { netns, address, containerInterface, bandwidth, mtu: container.mtu ?? mtu };
}

function sameOrRefused(known: Container, request: ContainerRequest): Container {
  const same = (['app', 'index', 'netns', 'containerInterface'] as const).every((key) => known[key] === request[key]);
  if (same) return known;
  throw new UserError(
    'handle-taken',
    `container ${known.handle} is already there as ${known.app ?? 'no app'}/${known.index}: remove it first`,
  );
}
