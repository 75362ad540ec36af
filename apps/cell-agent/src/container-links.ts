import {
  adoptLink,
  attachContainer,
  checkAdopted,
  checkContainer,
  detachContainer,
  listHostInterfaces,
  releaseLink,
  type ContainerAttachment,
  type ForeignLink,
  type TrackedConnections,
} from '@heddle/dataplane';
import { AtOnce } from './at-once';

/** The kernel changes its links one after another anyway; more commands at once only wait for each other. */
const LINKS_AT_ONCE = 4;

/** The kernel's side of containers: their links, and the connections over them. Each method throws when the kernel refuses. */
export interface ContainerLinks {
  /** Names of the host sides that are there, and of what belongs to them; foreign interfaces may be among them. */
  list(): Promise<string[]>;
  /** Puts a container on the overlay, or leaves nothing behind. */
  attach(container: ContainerAttachment): Promise<void>;
  /** @returns what is not as it was left when the container was put on the overlay, a sentence each. */
  check(container: ContainerAttachment): Promise<string[]>;
  /** Takes an address off the overlay; one that is not there is fine. */
  detach(address: string): Promise<void>;
  /** Forgets the connections from and to an address. @returns how many there were. */
  forgetConnections(address: string): Promise<number>;
}

/** The links that other plugins have made, which are taken over and given back. Each method throws when the kernel refuses. */
export interface GivenLinks {
  /** Lets a link pass by the rules of this cell, or leaves it down. */
  adopt(link: ForeignLink): Promise<void>;
  /** @returns what is not as it was left, a sentence each. */
  check(link: ForeignLink): Promise<string[]>;
  /** Gives it back to be removed; one that is not there is fine. */
  release(address: string): Promise<void>;
}

/** Those of the network namespace of this process. */
export function kernelLinks(connections: TrackedConnections): ContainerLinks {
  const gate = new AtOnce(LINKS_AT_ONCE);
  return {
    list: async () => listHostInterfaces(),
    attach: (container) => gate.take(() => attachContainer(container)),
    check: checkContainer,
    detach: (address) => gate.take(() => detachContainer(address)),
    forgetConnections: (address) => connections.forget(address),
  };
}

/** Those of the network namespace of this process. */
export const givenLinks: GivenLinks = { adopt: adoptLink, check: checkAdopted, release: releaseLink };
