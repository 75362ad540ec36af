/** What can be wrong with the overlay of a cell; each has a name that stays. */
export type FindingCode =
  | 'vtep-missing'
  | 'vtep-down'
  | 'wrong-hardware-address'
  | 'vtep-differs'
  | 'port-clash'
  | 'mtu-too-small'
  | 'missing-route'
  | 'missing-neighbour'
  | 'missing-forwarding'
  | 'checksum-offload'
  | 'peer-silent';

/** One thing that is wrong. */
export interface Finding {
  readonly code: FindingCode;
  /** The cell it is about; `null` for this one. */
  readonly peer: string | null;
  /** What is wrong, with the values, and what to do: one sentence. */
  readonly message: string;
}
