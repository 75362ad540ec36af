import type { Protocol } from './prober';

/** A policy as it was asked for. */
export interface Wanted {
  readonly source: string;
  readonly destination: string;
  readonly protocol: Protocol;
  readonly start: number;
  readonly end: number;
}

/** Says who may talk to whom, from nothing but the commands that were accepted. Shares no code with Heddle. */
export class PolicyOracle {
  private readonly policies = new Map<string, Wanted>();

  add(policies: readonly Wanted[]): void {
    for (const policy of policies) this.policies.set(JSON.stringify(policy), policy);
  }

  remove(policies: readonly Wanted[]): void {
    for (const policy of policies) this.policies.delete(JSON.stringify(policy));
  }

  all(): Wanted[] {
    return [...this.policies.values()];
  }

  allows(source: string, destination: string, protocol: Protocol, port: number): boolean {
    for (const policy of this.policies.values()) {
      if (policy.source !== source || policy.destination !== destination || policy.protocol !== protocol) continue;
      if (policy.start <= port && port <= policy.end) return true;
    }
    return false;
  }
}
