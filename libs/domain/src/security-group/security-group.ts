/** One thing that containers may reach outside the overlay, in the words of Cloud Foundry's security groups. */
export interface SecurityRule {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'all';
  /** Addresses, CIDR blocks and ranges (`10.0.0.1-10.0.0.9`), with commas between them. */
  readonly destination: string;
  /** Ports and ranges (`80,8000-8999`), with commas between them; empty where the protocol has none. */
  readonly ports: string;
  /** ICMP type, −1 for any; 0 for other protocols. */
  readonly type: number;
  /** ICMP code, −1 for any; 0 for other protocols. */
  readonly code: number;
  readonly description: string;
  /** Whether connections it allows are logged. */
  readonly log: boolean;
}

/** A rule that could not be understood. It allows nothing, and its neighbours are not touched by it. */
export interface RuleProblem {
  /** Its place among the rules as they were sent, from 0. */
  readonly rule: number;
  /** What is wrong with it: half a sentence. */
  readonly reason: string;
}

/** What some containers may reach outside the overlay. */
export interface SecurityGroup {
  readonly guid: string;
  readonly name: string;
  readonly rules: readonly SecurityRule[];
  /** The rules that were left out. */
  readonly problems: readonly RuleProblem[];
  /** Whether it holds for every container that stages an app. */
  readonly stagingDefault: boolean;
  /** Whether it holds for every container that runs an app. */
  readonly runningDefault: boolean;
  /** The spaces it is bound to for staging; ascending, none twice. */
  readonly stagingSpaces: readonly string[];
  /** The spaces it is bound to for running; ascending, none twice. */
  readonly runningSpaces: readonly string[];
}

/** Whether two groups say the same in every field. */
export function sameGroup(a: SecurityGroup, b: SecurityGroup): boolean {
  return contentOf(a) === contentOf(b);
}

/** The members in an order of our own: what comes out of the log has them in another. */
function contentOf(group: SecurityGroup): string {
  const { guid, name, rules, problems, stagingDefault, runningDefault, stagingSpaces, runningSpaces } = group;
  return JSON.stringify([
    ...[guid, name, stagingDefault, runningDefault, stagingSpaces, runningSpaces],
    rules.map(({ protocol, destination, ports, type, code, description, log }) => [
      ...[protocol, destination, ports, type, code, description, log],
    ]),
    problems.map(({ rule, reason }) => [rule, reason]),
  ]);
}
