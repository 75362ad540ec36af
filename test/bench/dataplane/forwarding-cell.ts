import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { attachContainer, enableForwarding } from '@heddle/dataplane';
import { NetworkNamespace } from '@heddle/testing';
import { Sender } from './sender';

/** Where what is measured goes: UDP that nobody reads, TCP that is accepted. */
export const MEASURED_PORT = 8080;
/** A container that sends, and the one whose rules are measured; others exist as rules only. */
export const SOURCE = '10.255.1.2';
export const DESTINATION = '10.255.1.3';
/** A machine outside the overlay. */
export const OUTSIDER = '192.0.2.9';
const [CELL, OVERLAY] = ['192.0.2.1', '10.255.0.0/16'];

/** A cell with a container that sends, to another one or to a machine outside; its packet filter is left to whoever measures. */
export class ForwardingCell {
  private constructor(
    readonly namespace: NetworkNamespace,
    private readonly source: NetworkNamespace,
    private readonly destination: NetworkNamespace,
    private readonly server: ChildProcess,
    private readonly sender: Sender,
  ) {}

  static async start(name: string, to: typeof DESTINATION | typeof OUTSIDER = DESTINATION): Promise<ForwardingCell> {
    const namespace = NetworkNamespace.create(name);
    namespace.run('ip', 'link', 'set', 'lo', 'up');
    const source = NetworkNamespace.create(`${name}-from`);
    const destination = NetworkNamespace.create(`${name}-to`);
    await namespace.within(async () => {
      enableForwarding();
      for (const [address, { path }] of [
        [SOURCE, source],
        ...(to === DESTINATION ? ([[DESTINATION, destination]] as const) : []),
      ] as const)
        await attachContainer({ netns: path, address, mtu: 1450, containerInterface: 'eth0' });
    });
    if (to === OUTSIDER) plugIn(namespace, destination);
    const serverAt = ['netns', 'exec', destination.name, process.execPath, join(__dirname, 'listener.js')];
    const server = spawn('ip', [...serverAt, String(MEASURED_PORT)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await once(server, 'message');
    const sender = await source.within(() => Sender.open(to, MEASURED_PORT));
    return new ForwardingCell(namespace, source, destination, server, sender);
  }

  /** Calls `measure` with its thread in the sending container. */
  measure<T>(measure: (sender: Sender) => T): Promise<T> {
    return this.source.within(() => measure(this.sender));
  }

  async stop(): Promise<void> {
    this.sender.close();
    const ended = once(this.server, 'exit');
    this.server.disconnect();
    await ended;
    for (const each of [this.source, this.destination, this.namespace]) each.delete();
  }
}

/** Joins a cell and a machine outside by a cable; that knows the way back even to what is not translated. */
function plugIn(cell: NetworkNamespace, outsider: NetworkNamespace): void {
  cell.run('ip', 'link', 'add', 'underlay', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', outsider.path);
  for (const [machine, link, address] of [
    [cell, 'underlay', CELL],
    [outsider, 'eth0', OUTSIDER],
  ] as const) {
    machine.run('ip', 'addr', 'add', `${address}/24`, 'dev', link);
    machine.run('ip', 'link', 'set', link, 'up');
  }
  outsider.run('ip', 'route', 'add', OVERLAY, 'via', CELL);
}
