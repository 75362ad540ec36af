import { hostInterfaceOf } from '@heddle/dataplane';
import type { ContainerLinks, GivenLinks } from '../container-links';
import type { Knowledge } from '../knowledge';

/** What can go wrong once: the first words of a line in the journal. */
type Step = 'watch' | 'rules' | 'attach' | 'detach' | 'adopt' | 'release' | 'forget';

/**
 * Everything around the containers of a cell, without a kernel. What is done to it stands in one journal, in order:
 * `watch web`, `rules 10.255.1.2 10.255.1.3` (the addresses that have rules then), `attach 10.255.1.2`, `detach …`, `forget …`.
 */
export class FakeHost {
  readonly journal: string[] = [];
  /** Names of the host sides that are there. */
  readonly interfaces = new Set<string>();
  private readonly failing: Step[] = [];

  constructor(private readonly knowledge: Knowledge) {}

  /** The next of each of these steps fails. */
  fail(...steps: Step[]): void {
    this.failing.push(...steps);
  }

  readonly links: ContainerLinks = {
    list: async () => [...this.interfaces],
    attach: async ({ address }) => {
      await this.step('attach', address);
      this.interfaces.add(hostInterfaceOf(address));
    },
    check: async ({ address }) => (this.interfaces.has(hostInterfaceOf(address)) ? [] : [`${address} is gone`]),
    detach: async (address) => {
      await this.step('detach', address);
      this.interfaces.delete(hostInterfaceOf(address));
    },
    forgetConnections: async (address) => {
      await this.step('forget', address);
      return 0;
    },
  };

  readonly given: GivenLinks = {
    adopt: async ({ address }) => {
      await this.step('adopt', address);
      this.interfaces.add(hostInterfaceOf(address));
    },
    check: async ({ address }) => (this.interfaces.has(hostInterfaceOf(address)) ? [] : [`${address} is gone`]),
    release: async (address) => {
      await this.step('release', address);
      this.interfaces.delete(hostInterfaceOf(address));
    },
  };

  readonly watch = {
    watchApp: (app: string): Promise<void> => this.step('watch', app),
    watchSpace: (space: string): Promise<void> => this.step('watch', `space ${space}`),
    unwatchSpace: (space: string): void => void this.journal.push(`unwatch space ${space}`),
    unwatchApp: (app: string): void => void this.journal.push(`unwatch ${app}`),
  };

  readonly enforcer = {
    enforce: async (): Promise<void> => {
      const news = this.knowledge.takeNews();
      try {
        await this.step('rules', ...this.knowledge.snapshot().containers.map(({ address }) => address));
        for (const address of news.departed) await this.step('forget', address);
      } catch (error) {
        this.knowledge.putBack(news);
        throw error;
      }
    },
    knowledgeChanged: (): void => void this.journal.push('try again later'),
  };

  private async step(step: Step, ...about: string[]): Promise<void> {
    const line = [step, ...about].join(' ');
    // Nothing is done at once, so that what is not awaited shows.
    await new Promise(setImmediate);
    const failing = this.failing.indexOf(step);
    this.journal.push(failing === -1 ? line : `${line}: failed`);
    if (failing === -1) return;
    this.failing.splice(failing, 1);
    throw new Error(`${line} failed`);
  }
}
