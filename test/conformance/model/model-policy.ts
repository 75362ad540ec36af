/** A policy as the model keeps it. */
export interface ModelPolicy {
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly start: number;
  readonly end: number;
}
