import type { Receipt } from '@heddle/cell-protocol';
import { connectNats, type NatsServer } from '@heddle/platform';
import { Alarms } from '../alarms';
import { listenerFor } from '../documents';
import { Enforcer } from '../enforcer';
import { Knowledge } from '../knowledge';
import { Contact } from '../lease/contact';
import { Uplink } from '../uplink';
import { FakeKernel } from './fake-kernel';
import { container, silent } from './samples';

/** The part of an agent between a real nats-server and a {@link FakeKernel}: `cell-1`, with 10.255.1.0/24. */
export class OnlineCell {
  readonly kernel = new FakeKernel();
  readonly knowledge = new Knowledge('cell-1');
  readonly alarms = new Alarms(silent);
  readonly receipts: Receipt[] = [];
  readonly enforcer: Enforcer;
  readonly uplink: Uplink;

  constructor(nats: Pick<NatsServer, 'url' | 'users'>) {
    const { kernel, knowledge, alarms } = this;
    knowledge.holdSubnet('10.255.1.0/24');
    const enforcer = new Enforcer({
      ...{ knowledge, firewall: kernel.firewall, peers: kernel.peers, connections: kernel.connections, logger: silent },
      receipts: (receipt) => this.receipts.push(receipt),
    });
    this.enforcer = enforcer;
    this.uplink = new Uplink({
      ...{ cell: 'cell-1', knowledge, logger: silent, canWait: false, signal: new AbortController().signal },
      connect: () =>
        connectNats({
          ...{ servers: nats.url, ...nats.users.cell },
          ...{ name: 'heddle-cell-agent cell-1', inboxPrefix: '_INBOX_CELL' },
        }),
      listener: listenerFor({
        ...{ knowledge, alarms, enforcer, mostMissing: 0.5 },
        contact: new Contact(60_000, () => {}, alarms),
        keeper: { changed: () => {} },
        resynced: () => {},
        leaseNews: { come: () => enforcer.knowledgeChanged() },
        repeats: { come: () => enforcer.knowledgeChanged() },
        holder: () => ({ documentCame: () => {} }),
      }),
    });
  }

  /** Hosts an instance of the app, and enforces what is stored of it. */
  async begin(app: string): Promise<void> {
    await this.uplink.ready;
    await this.uplink.watchApp(app);
    this.knowledge.addContainer(container(app, 2));
    await this.enforcer.begin();
  }

  async close(): Promise<void> {
    await this.uplink.close();
    await this.enforcer.close();
  }
}
