import { nextAddress } from './address-pool';
import type { ContainerStore } from './container-store';

/** The addresses of the cell: those of containers that are there, and those of containers on their way in. */
export class Addresses {
  private readonly allotted = new Set<string>();
  private last: string | undefined;

  constructor(private readonly store: Pick<ContainerStore, 'list' | 'lastAddress'>) {}

  /** A free address of the subnet, which nobody else gets until it is let go. @throws {AddressesExhausted} */
  allot(subnet: string): string {
    const taken = new Set(this.allotted);
    for (const { address } of this.store.list()) taken.add(address);
    const address = nextAddress(subnet, taken, this.last ?? this.store.lastAddress);
    this.allotted.add(address);
    this.last = address;
    return address;
  }

  /** Its container is kept now, or will never be. */
  letGo(address: string): void {
    this.allotted.delete(address);
  }
}
