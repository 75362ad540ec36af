import { existsSync } from 'node:fs';
import type { Firewall } from '@heddle/dataplane';
import type { Logger } from '@heddle/platform';
import type { Containers } from '../containers';
import { requestOf, resultOf } from './attachment';
import { CniCode, CniError } from './cni-error';
import { errorFrom } from './error-from';
import type { CellOutside } from './outside-request';
import { invocation, type AddInvocation, type Invocation } from './invocation';

interface Parts {
  readonly containers: Pick<Containers, 'list' | 'get' | 'add' | 'remove' | 'check'>;
  readonly firewall: Pick<Firewall, 'inspect'>;
  readonly outside: CellOutside;
  /** Whether there are addresses to give. */
  readonly hasLease: () => boolean;
  readonly logger: Logger;
}

/** What the plugin prints: a result, or an error of the CNI specification. */
export interface CniAnswer {
  readonly isDone: boolean;
  /** `null` for commands that have no result. */
  readonly body: object | null;
}

/** The commands of container runtimes, as `heddle-cni` passes them on. */
export class CniCommands {
  constructor(private readonly parts: Parts) {}

  /** @param asked not yet looked at */
  async answer(asked: unknown): Promise<CniAnswer> {
    try {
      return { isDone: true, body: await this.run(invocation.parse(asked)) };
    } catch (error) {
      return { isDone: false, body: errorFrom(error, asked, this.parts.logger) };
    }
  }

  private async run(asked: Invocation): Promise<object | null> {
    switch (asked.command) {
      case 'ADD':
        return this.add(asked);
      case 'DEL':
        return this.del(asked);
      case 'CHECK':
        return this.check(asked);
      case 'GC':
        return this.collect(asked);
      case 'STATUS':
        if (this.parts.hasLease()) return null;
        throw new CniError(CniCode.unavailable, 'this cell holds no lease, so it has no addresses');
    }
  }

  private async add(asked: AddInvocation): Promise<object> {
    const { containers, outside } = this.parts;
    const request = requestOf(asked, outside);
    if (!existsSync(request.netns))
      throw new CniError(CniCode.unknownContainer, `the namespace ${request.netns} is not there for the agent`);
    return resultOf(await containers.add(request), asked.config, outside);
  }

  private async del({ containerId, ifname }: Extract<Invocation, { command: 'DEL' }>): Promise<null> {
    // What is asked may be an attachment that was refused because another one is there; that one stays.
    if (this.parts.containers.get(containerId)?.containerInterface === ifname)
      await this.parts.containers.remove(containerId);
    return null;
  }

  private async check({ containerId, ifname }: Extract<Invocation, { command: 'CHECK' }>): Promise<null> {
    const { containers, firewall } = this.parts;
    const isKnown = containers.get(containerId)?.containerInterface === ifname;
    const different = isKnown ? await containers.check(containerId) : undefined;
    if (!different) throw new CniError(CniCode.unknownContainer, `${containerId} has no ${ifname} on this network`);
    if (await firewall.inspect())
      different.push('the rules of this cell were changed by somebody else, which its agent mends at its next look');
    if (different.length > 0) throw new CniError(CniCode.different, different.join('; '));
    return null;
  }

  /** Removes what this network holds for containers that the runtime does not know any more. */
  private async collect({ config }: Extract<Invocation, { command: 'GC' }>): Promise<null> {
    const { containers } = this.parts;
    const valid = new Set(config['cni.dev/valid-attachments'].map((each) => `${each.containerID} ${each.ifname}`));
    const gone = containers.list().filter(({ network, handle, containerInterface }) => {
      return network === config.name && !valid.has(`${handle} ${containerInterface}`);
    });
    await Promise.all(gone.map(({ handle }) => containers.remove(handle)));
    return null;
  }
}
