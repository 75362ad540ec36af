import { NetworkNamespace } from '@heddle/testing';
import { runPlugin, type Attachment, type CniCommand, type Ended } from './cni-plugin';
import type { OverlayCell } from './overlay-cells';

/** What of a network's configuration differs from container to container. */
export interface Extras extends Partial<Attachment> {
  readonly config?: object;
}

/** A container of a test. */
export interface RunningContainer {
  readonly id: string;
  readonly namespace: NetworkNamespace;
  readonly address: string;
}

/** A container runtime on one cell: network namespaces, and the plugin as a process. */
export class CniRuntime {
  private readonly namespaces = new Map<string, NetworkNamespace>();

  /** @param prefix of the names of the namespaces */
  constructor(
    readonly cell: OverlayCell,
    private readonly prefix: string,
  ) {}

  get network() {
    return { cniVersion: '1.0.0', name: 'heddle', type: 'heddle-cni', agentSocket: this.cell.socket };
  }

  /** The namespace of a container, made if it is not there. */
  namespace(id: string): NetworkNamespace {
    const namespace = this.namespaces.get(id) ?? NetworkNamespace.create(`${this.prefix}-${id}`);
    this.namespaces.set(id, namespace);
    return namespace;
  }

  /** Asks the plugin about a container. */
  ask(command: CniCommand, id: string, { config, ...attachment }: Extras = {}): Promise<Ended> {
    const whole = { containerId: id, netns: this.namespace(id).path, ...attachment };
    return runPlugin(command, { ...this.network, ...config }, whole);
  }

  /** Puts a container of an app on the network. @throws when the plugin refuses */
  async run(id: string, app: string, extras: Extras = {}): Promise<RunningContainer> {
    const metadata = { policy_group_id: app, app_id: app };
    const { exitCode, answer } = await this.ask('ADD', id, { ...extras, config: { metadata, ...extras.config } });
    const address = answer?.ips?.[0]?.address.split('/')[0];
    if (exitCode !== 0 || !address) throw new Error(`${id}: ${JSON.stringify(answer)}`);
    return { id, namespace: this.namespace(id), address };
  }

  /** Takes it off the network, then removes its namespace. */
  async remove(id: string): Promise<void> {
    await this.ask('DEL', id);
    this.destroy(id);
  }

  /** Removes its namespace without a word to the plugin. */
  destroy(id: string): void {
    this.namespaces.get(id)?.delete();
    this.namespaces.delete(id);
  }

  /** What of containers is in the kernel of the cell: links, devices that hold back, addresses with rules. */
  inKernel(): { links: string[]; senders: string[] } {
    const links = JSON.parse(this.cell.run('ip -j link show')) as { ifname: string }[];
    const sets = JSON.parse(this.cell.run('nft -j list set ip heddle senders')) as { nftables: SenderSet[] };
    const senders = sets.nftables.flatMap(({ set }) => set?.elem ?? []).map(({ concat: [, address] }) => address);
    return {
      links: links
        .map(({ ifname }) => ifname)
        .filter((name) => /^[si]-/.test(name))
        .sort(),
      senders: senders.sort(),
    };
  }

  destroyAll(): void {
    for (const id of [...this.namespaces.keys()]) this.destroy(id);
  }
}

interface SenderSet {
  readonly set?: { readonly elem?: readonly { concat: [string, string] }[] };
}
