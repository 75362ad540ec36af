/** The protocols a policy can name. */
export type Protocol = 'tcp' | 'udp';

/** Permission for the source app to talk to the destination app on the ports `start`–`end`, both included (1–65535). */
export interface Policy {
  /** GUID of the app that may open connections; any non-empty string. */
  readonly source: string;
  /** GUID of the app that may be reached; may be the source itself. */
  readonly destination: string;
  readonly protocol: Protocol;
  readonly start: number;
  readonly end: number;
}

/** The tag an app holds: a number from 1, carried as packet mark. */
export interface TagOfApp {
  readonly app: string;
  readonly tag: number;
  /** What the name stands for where that is no app: `router`, for instance. Left out for apps. */
  readonly type?: string;
}

/** `web → db tcp 8080`, `web → db udp 5000-5010`: a policy in the sentences of errors. */
export function policyInWords({ source, destination, protocol, start, end }: Policy): string {
  return `${source} → ${destination} ${protocol} ${start === end ? start : `${start}-${end}`}`;
}

/** What tells a policy from the others towards the same destination. */
export function inboundKey({ source, protocol, start, end }: Policy): string {
  return `${protocol}:${start}:${end}:${source}`;
}

/** What tells a policy from every other one. The length keeps two GUIDs apart whatever they contain. */
export function policyKey(policy: Policy): string {
  return `${policy.destination.length}:${policy.destination}:${inboundKey(policy)}`;
}
