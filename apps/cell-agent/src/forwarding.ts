import type { LeaseGrant } from '@heddle/cell-protocol';
import type { VtepOptions } from '@heddle/dataplane';
import { backoff, messageOf, type Logger } from '@heddle/platform';
import type { Enforcer } from './enforcer';
import type { Knowledge } from './knowledge';
import type { Forwarding } from './lease/lease-holder';
import type { Tunnels } from './tunnels';

interface Parts {
  /** What every VTEP of this cell has in common. */
  readonly vtep: Pick<VtepOptions, 'name' | 'vni' | 'port' | 'underlayAddress'>;
  readonly tunnels: Pick<Tunnels, 'raise' | 'abandon' | 'lower'>;
  readonly knowledge: Pick<Knowledge, 'holdSubnet' | 'loseSubnet'>;
  readonly enforcer: Pick<Enforcer, 'enforce' | 'knowledgeChanged'>;
  /** Is called when the cell forwards again: what others knew of it was forgotten with its lease. */
  readonly resumed: () => void;
  /** Is called once nothing is forwarded any more. */
  readonly stopped: () => Promise<void>;
  readonly logger: Logger;
}

const RETRY = { firstMs: 20, maxMs: 1_000 };

/**
 * Lets a cell forward under a lease, or not at all.
 *
 * It stops in two steps, each of which is enough: no rule lets anything in or out any more, then there is no VTEP. The rules
 * come first, since what containers send would otherwise leave for the overlay's addresses by the next best route.
 */
export class CellForwarding implements Forwarding {
  private wasStopped = false;

  constructor(private readonly parts: Parts) {}

  async start(grant: LeaseGrant): Promise<void> {
    await this.raise(grant);
    this.parts.knowledge.holdSubnet(grant.lease.overlaySubnet);
    this.parts.enforcer.knowledgeChanged();
    if (this.wasStopped) this.parts.resumed();
  }

  async reach(grant: LeaseGrant): Promise<void> {
    await this.raise(grant);
    this.parts.enforcer.knowledgeChanged();
  }

  async stop(): Promise<void> {
    const { vtep, tunnels, knowledge, enforcer, stopped } = this.parts;
    this.wasStopped = true;
    knowledge.loseSubnet();
    tunnels.abandon();
    await enforcer.enforce().catch((error: unknown) => {
      this.parts.logger.error({ error: messageOf(error) }, 'the rules could not be emptied yet; it is tried again');
      enforcer.knowledgeChanged();
    });
    await this.untilDone(() => tunnels.lower(vtep.name));
    await stopped();
  }

  private raise({ lease: { overlaySubnet, overlayHardwareAddress }, overlayNetworks }: LeaseGrant): Promise<void> {
    return this.parts.tunnels.raise({ ...this.parts.vtep, overlayNetworks, overlaySubnet, overlayHardwareAddress });
  }

  private async untilDone(step: () => Promise<void>): Promise<void> {
    for (const pause = backoff(RETRY); ; await pause.wait()) {
      try {
        return await step();
      } catch (error) {
        this.parts.logger.error({ error: messageOf(error) }, 'the VTEP could not be removed yet; it is tried again');
      }
    }
  }
}
