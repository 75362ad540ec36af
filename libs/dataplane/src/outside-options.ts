import type { Range } from '@heddle/calc';

/** A port of the cell itself that its containers may reach. */
export interface HostService {
  readonly address: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

/** How many connections may be opened. */
export interface ConnectionLimit {
  /** On average. */
  readonly perSecond: number;
  readonly atOnce: number;
  /** Whether what is too many is counted and logged, and let pass. */
  readonly isDry: boolean;
}

/** What of a cell's way to the outside does not change while its agent runs. */
export interface OutsideOptions {
  /** What containers may reach of their own cell; they reach nothing else of it. */
  readonly hostServices?: readonly HostService[];
  /** Where containers are seen under their own addresses outside, and not under that of the cell; none of them overlap. */
  readonly unmasked?: readonly Range[];
  /** Whether everything allowed and refused is logged, and not only what a security group wants logged. */
  readonly logAll?: boolean;
  /** How many refusals are logged a second, where they are. */
  readonly refusalsLoggedPerSecond?: number;
  /** How many TCP connections a container may open to one address and port; without it, any number. */
  readonly connectionLimit?: ConnectionLimit;
  /** How many datagrams that are allowed are logged a second. */
  readonly datagramsLoggedPerSecond?: number;
}

/** What the kernel log says of a connection before its addresses, as in Cloud Foundry but without the container. */
export const LOG_PREFIXES = { allowed: 'OK_heddle ', refused: 'DENY_heddle ', tooMany: 'DENY_ORL_heddle ' } as const;
