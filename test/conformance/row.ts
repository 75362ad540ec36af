import type { Policy } from '@heddle/domain';

/** One line of a conformance table: what is sent, and exactly what comes back. */
export interface Row {
  /** What it is about; with method and path the name of the test. */
  readonly about: string;
  /** GET without it. */
  readonly method?: string;
  /** Goes out as it stands. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text is sent as it stands, other things as JSON. */
  readonly body?: unknown;
  /** Whose token goes along: the admin's without it, none for `stranger`; any other text is sent as the whole header. */
  readonly as?: 'admin' | 'writer' | 'nobody' | 'stranger' | { readonly authorization: string };
  /** What is stored before. */
  readonly given?: readonly Policy[];
  readonly status: number;
  /** The whole body. */
  readonly answer: string | RegExp;
  /** The headers beyond those that every answer of its kind has; `undefined` for those that must not be there. */
  readonly with?: Readonly<Record<string, string | RegExp>>;
  /** `bare` answers are the router's own, `options` have no request id. */
  readonly kind?: 'bare' | 'options';
  /** What is stored afterwards, in this order; not looked at without it. */
  readonly leaves?: readonly Policy[];
}

/** A policy in few letters. */
export function policy(
  source: string,
  destination: string,
  start = 8080,
  end = start,
  protocol: 'tcp' | 'udp' = 'tcp',
): Policy {
  return { source, destination, protocol, start, end };
}

/** The body of an error. */
export function error(message: string): string {
  return `{"error": ${JSON.stringify(message).replace(/[<>&]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`)}}`;
}

/** A policy as v1 writes it. */
export function wireV1({ source, destination, protocol, start, end }: Policy): object {
  return { source: { id: source }, destination: { id: destination, protocol, ports: { start, end } } };
}

/** A policy as v0 writes it. */
export function wireV0({ source, destination, protocol, start }: Policy): object {
  return { source: { id: source }, destination: { id: destination, protocol, port: start } };
}

/** The body of a v1 list. */
export function listV1(...policies: readonly Policy[]): string {
  return JSON.stringify({ total_policies: policies.length, policies: policies.map(wireV1) });
}

/** The body of a v0 list. */
export function listV0(...policies: readonly Policy[]): string {
  return JSON.stringify({ total_policies: policies.length, policies: policies.map(wireV0) });
}

/** Where the routes of a version are. */
export const V0 = '/networking/v0/external';
export const V1 = '/networking/v1/external';
