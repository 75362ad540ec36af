import { eachOf, type Policy, type Protocol } from '@heddle/domain';
import { inTurns } from '@heddle/platform';
import { payloadV0, payloadV1, type ApiVersion, type PolicyAsSent } from './policy-shapes';
import { readPayload } from './read-payload';
import { WireError } from './wire-error';

/** Cloud Foundry's policy API reads bodies of at most this many bytes: 10 MiB. */
export const BODY_LIMIT = 10 * 1024 * 1024;

const LAST_PORT = 65_535;

/**
 * The policies of a create or delete request.
 * @throws {WireError} 400 in the words of Cloud Foundry's policy server, for the first fault in the order of the list.
 */
export async function parsePolicies(body: Buffer, version: ApiVersion): Promise<Policy[]> {
  const sent = await (version === 'v0' ? readPayload(body, payloadV0) : readPayload(body, payloadV1));
  if (sent.length === 0) throw invalid('missing policies');
  const checkPorts = version === 'v0' ? checkPort : checkRange;
  const policies: Policy[] = [];
  await inTurns(eachOf(sent, (policy) => void policies.push(validated(policy, checkPorts))));
  return policies;
}

/** The rules in the order in which the original checks them: the first that fails decides the text. */
function validated(
  policy: PolicyAsSent,
  checkPorts: (start: PolicyAsSent['start'], end: PolicyAsSent['end']) => void,
): Policy {
  const { source, destination, protocol, start, end, isTagged } = policy;
  if (source === '') throw invalid('missing source id');
  if (destination === '') throw invalid('missing destination id');
  if (!isProtocol(protocol)) throw invalid('invalid destination protocol, specify either udp or tcp');
  checkPorts(start, end);
  if (isTagged) throw invalid('tags may not be specified');
  return { source, destination, protocol, start: Number(start), end: Number(end) };
}

function checkRange(start: PolicyAsSent['start'], end: PolicyAsSent['end']): void {
  if (start > end) throw invalid(`invalid port range ${start}-${end}, start must be less than or equal to end`);
  if (start < 0) throw invalid(`invalid start port ${start}, must be in range 1-${LAST_PORT}`);
  if (start === 0) throw invalid('missing start port');
  if (end > LAST_PORT) throw invalid(`invalid end port ${end}, must be in range 1-${LAST_PORT}`);
}

/** Cloud Foundry takes any port above 0 here, and has no way to remove what is above 65535 in v1. */
function checkPort(port: PolicyAsSent['start']): void {
  if (port < 0 || port > LAST_PORT) throw invalid(`invalid port ${port}, must be in range 1-${LAST_PORT}`);
  if (port === 0) throw invalid('missing port');
}

function isProtocol(text: string): text is Protocol {
  return text === 'tcp' || text === 'udp';
}

function invalid(message: string): WireError {
  return new WireError(400, `mapper: validate policies: ${message}`);
}
