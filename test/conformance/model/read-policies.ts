import type { ModelPolicy } from './model-policy';
import { goText } from './write-bodies';

/** The request ends here, with this answer. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: string,
  ) {
    super(body);
  }
}

/** A refusal in the form of the API's errors. */
export function refusal(status: number, message: string): Refusal {
  return new Refusal(status, `{"error": ${goText(message)}}`);
}

const UNMARSHAL = 'json: cannot unmarshal';

/** Bodies that are no list of policies, and what is said about each: in v1, and in v0 where that differs. */
export const MALFORMED = new Map<string, readonly [v1: string, v0?: string]>([
  ['', ['unexpected end of JSON input']],
  ['{', ['unexpected end of JSON input']],
  ['not json', ["invalid character 'o' in literal null (expecting 'u')"]],
  ['{"policies":[]} trailing', ["invalid character 't' after top-level value"]],
  [
    '[]',
    [
      `${UNMARSHAL} array into Go value of type api.PoliciesPayload`,
      `${UNMARSHAL} array into Go value of type api_v0.Policies`,
    ],
  ],
]);

/** What a request asks, as far as it may ask it: the rules of the reference's §1.8 in their order. */
export function readPolicies(body: string, version: string): ModelPolicy[] {
  const said = MALFORMED.get(body);
  if (said) throw refusal(400, `mapper: unmarshal json: ${(version === 'v0' ? said[1] : undefined) ?? said[0]}`);
  const { policies = [] } = (JSON.parse(body) ?? {}) as { policies?: Sent[] | null };
  if (!policies?.length) throw invalid('missing policies');
  return policies.map((sent) => {
    const { id: source = '', tag: sourceTag = '' } = sent?.source ?? {};
    const { id: destination = '', tag = '', protocol = '', ports, port = 0 } = sent?.destination ?? {};
    const { start, end } = version === 'v0' ? { start: port, end: port } : { start: 0, end: 0, ...ports };
    const faults: [boolean, string][] = [
      [source === '', 'missing source id'],
      [destination === '', 'missing destination id'],
      [protocol !== 'tcp' && protocol !== 'udp', 'invalid destination protocol, specify either udp or tcp'],
      ...(version === 'v0' ? portFaults(port) : rangeFaults(start, end)),
      [sourceTag !== '' || tag !== '', 'tags may not be specified'],
    ];
    const fault = faults.find(([isSo]) => isSo);
    if (fault) throw invalid(fault[1]);
    return { source, destination, protocol, start, end };
  });
}

interface Sent {
  readonly source?: { readonly id?: string; readonly tag?: string };
  readonly destination?: {
    readonly id?: string;
    readonly tag?: string;
    readonly protocol?: string;
    readonly ports?: { readonly start?: number; readonly end?: number };
    readonly port?: number;
  };
}

function rangeFaults(start: number, end: number): [boolean, string][] {
  return [
    [start > end, `invalid port range ${start}-${end}, start must be less than or equal to end`],
    [start < 0, `invalid start port ${start}, must be in range 1-65535`],
    [start === 0, 'missing start port'],
    [end > 65535, `invalid end port ${end}, must be in range 1-65535`],
  ];
}

/** The original takes ports above 65535 here: see docs/reference/differences.md. */
function portFaults(port: number): [boolean, string][] {
  return [
    [port < 0 || port > 65535, `invalid port ${port}, must be in range 1-65535`],
    [port === 0, 'missing port'],
  ];
}

function invalid(message: string): Refusal {
  return refusal(400, `mapper: validate policies: ${message}`);
}
