import {
  attachContainer,
  detachContainer,
  listHostInterfaces,
  type ContainerAttachment,
  type TrackedConnections,
} from '@heddle/dataplane';

/** The kernel's side of containers: their links, and the connections over them. Each method throws when the kernel refuses. */
export interface ContainerLinks {
  /** Names of the host sides that are there; foreign interfaces may be among them. */
  list(): Promise<string[]>;
  /** Puts a container on the overlay, or leaves nothing behind. */
  attach(container: ContainerAttachment): Promise<void>;
  /** Takes an address off the overlay; one that is not there is fine. */
  detach(address: string): Promise<void>;
  /** Forgets the connections from and to an address. @returns how many there were. */
  forgetConnections(address: string): Promise<number>;
}

/** Those of the network namespace of this process. */
export function kernelLinks(connections: TrackedConnections): ContainerLinks {
  return {
    list: listHostInterfaces,
    attach: attachContainer,
    detach: detachContainer,
    forgetConnections: (address) => connections.forget(address),
  };
}
