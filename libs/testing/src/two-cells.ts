import type { CellState, Peer } from '@heddle/calc';
import {
  attachContainer,
  enableForwarding,
  ensureVtep,
  hostInterfaceOf,
  PeerTable,
  VTEP_NAME,
  type Firewall,
  type Vtep,
  type VtepOptions,
} from '@heddle/dataplane';
import type { TestedBackend } from './firewall-backends';
import { NetworkNamespace } from './namespaces';

/** What all cells agree on. */
export const overlayNetworks = ['10.255.0.0/16'];
export const vxlanPort = 4789;
/** How the table of a cell is made. */
export const tableOptions = { vxlanPort, cutLive: true };

/** The three containers: two on the first cell, one on the second. */
export const addresses = { web: '10.255.1.2', api: '10.255.1.3', db: '10.255.2.2' } as const;
export const tags = { web: 11, api: 12, db: 13 } as const;
export type App = keyof typeof addresses;

/** The number of the cell an app lives on. */
const cellOf = { web: 1, api: 1, db: 2 } as const;

/** How the VTEP of a cell must look. */
export function vtepOptions(cell: number): VtepOptions {
  return {
    name: VTEP_NAME,
    vni: 1,
    port: vxlanPort,
    underlayAddress: `192.0.2.${cell}`,
    overlayNetworks,
    overlaySubnet: `10.255.${cell}.0/24`,
    overlayHardwareAddress: `ee:ee:0a:ff:0${cell}:00`,
  };
}

/** A cell as the other one sees it. */
export function peer(cell: number): Peer {
  const { underlayAddress, overlaySubnet, overlayHardwareAddress } = vtepOptions(cell);
  return { cell: `cell-${cell}`, underlayAddress, overlaySubnet, overlayHardwareAddress };
}

/** One cell: its namespace, and the dataplane that was opened inside it. */
export interface Cell {
  readonly namespace: NetworkNamespace;
  readonly firewall: Firewall;
  readonly peers: PeerTable;
  readonly vtep: Vtep;
}

/** Permission from an app to another. */
export interface Permission {
  readonly from: App;
  readonly to: App;
  readonly protocol?: 'tcp' | 'udp';
  readonly start: number;
  readonly end?: number;
}

/** Two cells joined by a cable, with three containers, nothing allowed. Everything is real but the machines. */
export class TwoCells {
  private constructor(
    readonly cells: readonly [Cell, Cell],
    readonly containers: Readonly<Record<App, NetworkNamespace>>,
  ) {}

  /**
   * @param prefix of the names of the namespaces; one of its own for each suite, since suites run at the same time
   * @param backend what programs the kernels
   * @param secondBackend what programs that of the second cell, if something else
   */
  static async start(prefix: string, backend: TestedBackend, secondBackend = backend): Promise<TwoCells> {
    const first = NetworkNamespace.create(`${prefix}-1`);
    const second = NetworkNamespace.create(`${prefix}-2`);
    first.run('ip', 'link', 'add', 'underlay', 'type', 'veth', 'peer', 'name', 'underlay', 'netns', second.path);
    const cells = [await openCell(first, 1, backend), await openCell(second, 2, secondBackend)] as const;
    const containers = {
      web: NetworkNamespace.create(`${prefix}-web`),
      api: NetworkNamespace.create(`${prefix}-api`),
      db: NetworkNamespace.create(`${prefix}-db`),
    };
    const started = new TwoCells([...cells], containers);
    await started.allow();
    for (const app of Object.keys(containers) as App[]) await started.attach(app);
    return started;
  }

  /** Makes exactly these permissions hold, on both cells. */
  async allow(...permissions: readonly Permission[]): Promise<void> {
    for (const number of [1, 2]) await this.converge(number, stateOf(number, permissions));
  }

  /** Makes the kernel of a cell hold exactly this. */
  async converge(cell: number, state: CellState): Promise<void> {
    const { namespace, firewall } = this.cellNumber(cell);
    await namespace.within(() => firewall.converge(state));
  }

  /** The cell an app lives on. */
  cellOf(app: App): Cell {
    return this.cellNumber(cellOf[app]);
  }

  /** Puts the container of an app on the overlay. */
  async attach(app: App): Promise<void> {
    const { namespace, vtep } = this.cellOf(app);
    await namespace.within(() =>
      attachContainer({
        netns: this.containers[app].path,
        address: addresses[app],
        mtu: vtep.mtu,
        containerInterface: 'eth0',
      }),
    );
  }

  /** Ends everything; the interfaces go with their namespaces. */
  async stop(): Promise<void> {
    for (const { firewall } of this.cells) await firewall.close();
    for (const namespace of Object.values(this.containers)) namespace.delete();
    for (const { namespace } of this.cells) namespace.delete();
  }

  private cellNumber(number: number): Cell {
    return this.cells[number === 1 ? 0 : 1];
  }
}

/** What a cell's kernel should hold when these permissions are given. */
export function stateOf(cell: number, permissions: readonly Permission[]): CellState {
  const local = (Object.keys(addresses) as App[]).filter((app) => cellOf[app] === cell);
  const named = new Set(permissions.flatMap(({ from, to }) => [from, to]));
  return {
    containers: local.map((app) => ({
      ...{ handle: `${app}-0`, address: addresses[app], hostInterface: hostInterfaceOf(addresses[app]) },
      // As in production: who takes part in no policy has no tag.
      tag: named.has(app) ? tags[app] : null,
      inbound: permissions
        .filter(({ to }) => to === app)
        .map(({ from, protocol = 'tcp', start, end = start }) => ({ protocol, start, end, tags: [tags[from]] })),
    })),
    peers: [peer(cell === 1 ? 2 : 1)],
  };
}

async function openCell(namespace: NetworkNamespace, number: number, backend: TestedBackend): Promise<Cell> {
  const options = vtepOptions(number);
  namespace.run('ip', 'link', 'set', 'lo', 'up');
  namespace.run('ip', 'addr', 'add', `${options.underlayAddress}/24`, 'dev', 'underlay');
  namespace.run('ip', 'link', 'set', 'underlay', 'up');
  return namespace.within(async () => {
    enableForwarding();
    const vtep = await ensureVtep(options);
    const peers = await PeerTable.open({ vtep: vtep.name, overlayNetworks, overlaySubnet: options.overlaySubnet });
    await peers.converge([peer(number === 1 ? 2 : 1)]);
    return { namespace, firewall: await backend.open(tableOptions), peers, vtep };
  });
}
