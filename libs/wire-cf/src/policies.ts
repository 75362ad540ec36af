import type { Policy, Protocol } from '@heddle/domain';
import { asInteger, asList, asObject, asText, parseJson } from './json-shape';
import { goJson, WireError } from './wire-error';

/** A policy as a client wrote it: shaped right, but not checked. */
interface PolicyAsSent {
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly start: number;
  readonly end: number;
  readonly tagged: boolean;
}

/** Cloud Foundry's policy API reads bodies of at most this many bytes: 10 MiB. */
export const BODY_LIMIT = 10 * 1024 * 1024;

/**
 * The policies of a v1 create or delete request.
 * @throws {WireError} 400 in the words of Cloud Foundry's policy server, for the first fault in the order of the list.
 */
export function parsePolicies(body: string): Policy[] {
  const payload = asObject(parseJson(body), 'value of type api.PoliciesPayload');
  asInteger(payload.total_policies, 'struct field PoliciesPayload.total_policies');
  const sent = asList(payload.policies, 'struct field PoliciesPayload.policies of type []api.Policy').map(policyAsSent);
  if (sent.length === 0) throw invalid('missing policies');
  return sent.map(validated);
}

/** The body of a list answer: members in the order Cloud Foundry's clients have always seen. */
export function renderPolicies(policies: readonly Policy[]): string {
  return goJson({
    total_policies: policies.length,
    policies: policies.map(({ source, destination, protocol, start, end }) => ({
      source: { id: source },
      destination: { id: destination, protocol, ports: { start, end } },
    })),
  });
}

function policyAsSent(item: unknown): PolicyAsSent {
  const policy = asObject(item, 'struct field PoliciesPayload.policies of type api.Policy');
  const source = asObject(policy.source, 'struct field Policy.policies.source of type api.Source');
  const destination = asObject(policy.destination, 'struct field Policy.policies.destination of type api.Destination');
  const ports = asObject(destination.ports, 'struct field Destination.policies.destination.ports of type api.Ports');
  return {
    source: asText(source.id, 'struct field Source.policies.source.id'),
    destination: asText(destination.id, 'struct field Destination.policies.destination.id'),
    protocol: asText(destination.protocol, 'struct field Destination.policies.destination.protocol'),
    start: asInteger(ports.start, 'struct field Ports.policies.destination.ports.start'),
    end: asInteger(ports.end, 'struct field Ports.policies.destination.ports.end'),
    tagged:
      asText(source.tag, 'struct field Source.policies.source.tag') !== '' ||
      asText(destination.tag, 'struct field Destination.policies.destination.tag') !== '',
  };
}

/** The rules in the order in which the original checks them: the first that fails decides the text. */
function validated({ source, destination, protocol, start, end, tagged }: PolicyAsSent): Policy {
  if (source === '') throw invalid('missing source id');
  if (destination === '') throw invalid('missing destination id');
  if (!isProtocol(protocol)) throw invalid('invalid destination protocol, specify either udp or tcp');
  if (start > end) throw invalid(`invalid port range ${start}-${end}, start must be less than or equal to end`);
  if (start < 0) throw invalid(`invalid start port ${start}, must be in range 1-65535`);
  if (start === 0) throw invalid('missing start port');
  if (end > 65_535) throw invalid(`invalid end port ${end}, must be in range 1-65535`);
  if (tagged) throw invalid('tags may not be specified');
  return { source, destination, protocol, start, end };
}

function isProtocol(text: string): text is Protocol {
  return text === 'tcp' || text === 'udp';
}

function invalid(message: string): WireError {
  return new WireError(400, `mapper: validate policies: ${message}`);
}
